//! Code schemes: how codes are made, judged and composed.

pub mod compose;
pub mod judge;
pub mod mod11_2;
pub mod problem;
pub mod segment;
pub mod structure;

mod validate;

pub use compose::ComposeError;
pub use judge::Judged;
pub use problem::{CodeFlaw, CodeNotice, CodeProblem};
pub use segment::{CharacterSet, Content, NumberRule, Numbers, Segment};
pub use structure::{Check, CodeScheme, KindRule, NumberingOrder, ParentRule, SchemeLevel, Status};
pub use validate::SchemeFlaw;

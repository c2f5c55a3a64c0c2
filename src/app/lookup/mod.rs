//! Who is responsible for a point: from what was asked to the located answer.

mod question;

pub use question::{Question, QuestionError, Reply, ask, ask_many};

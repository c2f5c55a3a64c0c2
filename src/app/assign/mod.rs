//! Assigning a case without recording it: the case as it is written, and who is to answer for it.

mod desk;
mod matter;
mod source;

pub use desk::{AssignDesk, Where, WrittenCase};
pub use matter::{Matter, MatterError, MatterWords, Spot, spot_of};
pub use source::AssignSource;

//! Who is responsible for a point: from what was asked to the located answer.

mod batch;
mod codes;
mod past;
mod question;
mod source;
mod trouble;

pub use batch::{Batch, BatchOptions, CODES_AT_ONCE, Detail, RECORDS_AT_ONCE};
pub use past::{MAX_PAST_EDITIONS, PastEditions};
pub use question::{Question, QuestionError, Reply, ask, ask_many};
pub use source::AnswerSource;

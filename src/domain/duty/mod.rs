//! Who answers for what, and when (岗位): organisations, people, posts and who holds them.

pub mod change;
pub mod channel;
mod credit_code;
mod listed;
pub mod need;
mod organisation;
mod period;
mod person;
mod phone;
mod posted;
mod posting;
mod roster;
mod staff;

pub use channel::{Channel, ChannelId};
pub use credit_code::{CREDIT_CODE_CHARACTERS, CreditCode, CreditCodeProblem};
pub use listed::{ListedPosting, numbered};
pub use organisation::{Organisation, OrganisationId};
pub use period::Period;
pub use person::{Person, PersonId};
pub use phone::{PHONE_ALLOWED, PHONE_ALLOWED_ZH, Phone, PhoneKind, PhoneProblem};
pub use posted::{MAX_POSTED, Posted, posted, posted_at};
pub use posting::{Holder, Object, Order, Post, Posting, PostingId};
pub use roster::{OnDuty, Roster, RosterId};
pub use staff::{Staff, StaffChange, StaffLists};

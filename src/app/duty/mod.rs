//! Duties as they are asked for and changed: lists, appointments, vacancies.

mod channels;
mod enrol;
mod find;

pub use channels::{ChannelQuery, NewChannel, close_channel, find_channels, open_channel};
pub use enrol::{Bad, Enrolment, NewOrganisation, NewPerson, Who, employ, employed, organise};
pub use find::{PostingQuery, Standing, find_people, find_postings, posts_to_fill};

//! Duties as they are asked for and changed: lists, appointments, vacancies.

mod enrol;
mod find;

pub use enrol::{Bad, Enrolment, NewOrganisation, NewPerson, Who, employ, employed, organise};
pub use find::{PostingQuery, Standing, find_people, find_postings, posts_to_fill};

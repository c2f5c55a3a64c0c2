//! `/organisations`, `/people`, `/postings`, `/channels`, `/vacancies`: who answers for what, from when to when.

mod change;
mod channels;
mod lists;
mod paging;

pub(super) use change::{
    __path_add_organisation, __path_add_person, __path_add_posting, __path_end_posting, __path_set_organisation,
    __path_set_person, add_organisation, add_person, add_posting, end_posting, set_organisation, set_person,
};
pub(super) use channels::{
    __path_add_channel, __path_channels, __path_end_channel, add_channel, channels, end_channel,
};
pub(super) use lists::{
    __path_organisations, __path_people, __path_postings, __path_vacancies, organisations, people, postings, vacancies,
};

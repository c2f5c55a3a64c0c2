//! Who is to answer: the practices of the sources as a table of cases, and what holds for all cases.

mod laws;
mod table;
mod words;
mod world;

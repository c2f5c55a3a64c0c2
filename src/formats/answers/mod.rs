//! Located answers as bytes: JSON, GeoJSON, NDJSON and CSV, written straight into a buffer.

mod address;
mod answer;
mod codes;
mod columns;
mod csv_cell;
mod document;
mod envelope;
mod failure;
mod fragments;
mod json_text;

pub use address::{AddressDocument, write_address_answer};
pub use answer::write_answer;
pub use codes::{CodeDocument, Coded, NoCode};
pub use columns::{AnswerColumns, Cell, Headings};
pub use csv_cell::write_cell;
pub use document::AnswerDocument;
pub use envelope::{AnswerFormat, Shape, id_text};
pub use failure::Failure;
pub use fragments::{Fragments, QuotedCode};

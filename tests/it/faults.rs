//! The world at its worst, met by the built program: what it says, in both languages, with which exit code or status, and that
//! nothing is left half done.

mod disk;
mod disk_full;
mod messages;
mod publishers;
mod tls;

//! The service over HTTP: its own accept loop, one gate that every request passes, problems in two languages,
//! strict readers for query, path and body, the screens, the documentation.
//!
//! [`shell::shell`] puts all of that around the business routes; [`serve::serve`] runs the result on a socket.

pub mod assets;
pub mod body;
pub mod connection;
pub mod docs;
pub mod dto;
pub mod express;
pub mod finding;
pub mod gate;
pub mod lane;
pub mod limits;
pub mod links;
pub mod negotiate;
pub mod openapi;
pub mod path;
pub mod percent;
pub mod problem;
pub mod query;
pub mod request_id;
pub mod routes;
pub mod serve;
pub mod shell;
#[cfg(test)]
pub(crate) mod testing;
pub mod write_guard;

//! it

mod http_shell;

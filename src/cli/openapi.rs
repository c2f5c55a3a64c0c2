//! `onemap openapi`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::failure::Failure;
use crate::http::{openapi, routes};

/// Prints the OpenAPI document, as the server answers it without a public address.
pub fn run() -> Result<ExitCode, Failure> {
    let document = openapi::document(routes::openapi(), None);
    let text = document
        .to_pretty_json()
        .map_err(|error| Failure::caused("无法写出 OpenAPI 文档", "cannot write the OpenAPI document", &error))?;
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::caused("无法写到标准输出", "cannot write to stdout", &error))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

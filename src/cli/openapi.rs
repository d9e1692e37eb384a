//! `rolo openapi`: prints the OpenAPI document that the server serves.

use std::process::ExitCode;

use super::printer::Printer;
use crate::http::openapi;
use crate::model::{Error, Result};

pub fn run(printer: &mut Printer) -> Result<ExitCode> {
    printer.line(openapi::document().map_err(Error::internal)?.trim_end());
    Ok(ExitCode::SUCCESS)
}

//! The only way from a command to the terminal: what was asked for goes to standard output, everything else to
//! standard error. A reader that stops listening (`rolo config | head`) is no error.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::model::Error;

/// Exit code of a command that could not do its work.
const FAILED: u8 = 1;

#[derive(Debug)]
pub struct Printer {
    out: io::Stdout,
    err: io::Stderr,
    /// Why what was asked for could not be printed.
    failure: Option<io::Error>,
}

impl Printer {
    pub fn new() -> Self {
        Self { out: io::stdout(), err: io::stderr(), failure: None }
    }

    /// A line of what was asked for.
    pub fn line(&mut self, text: impl Display) {
        let printed = writeln!(self.out, "{text}").and_then(|()| self.out.flush());
        self.failure =
            printed.err().filter(|error| error.kind() != io::ErrorKind::BrokenPipe).or(self.failure.take());
    }

    /// The exit code of a command that is done: a failure if what was asked for could not be printed.
    pub fn finish(&mut self, code: ExitCode) -> ExitCode {
        match self.failure.take() {
            Some(error) => self.fail(&Error::Invalid(format!("standard output cannot be written: {error}"))),
            None => code,
        }
    }

    /// A line about what goes on.
    pub fn note(&mut self, text: impl Display) {
        let _ = writeln!(self.err, "{text}");
    }

    /// Says why the command failed.
    pub fn fail(&mut self, error: &Error) -> ExitCode {
        self.note(format!("rolo: {error}"));
        ExitCode::from(FAILED)
    }

    /// A table with aligned columns. The first row is the heading.
    pub fn table<const N: usize>(&mut self, rows: &[[String; N]]) {
        let widths: [usize; N] = std::array::from_fn(|column| {
            rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
        });
        for row in rows {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
            self.line(cells.collect::<Vec<_>>().join("  ").trim_end());
        }
    }
}

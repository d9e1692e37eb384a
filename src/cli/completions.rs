//! `rolo completions`: prints a completion script for a shell.

use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::printer::Printer;

#[derive(Debug, Args)]
pub struct Completions {
    shell: Shell,
}

impl Completions {
    pub fn run<C: CommandFactory>(self, printer: &mut Printer) -> ExitCode {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut C::command(), "rolo", &mut script);
        printer.line(String::from_utf8_lossy(&script).trim_end());
        ExitCode::SUCCESS
    }
}

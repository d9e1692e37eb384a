//! The `rolo` program. All it does is hand the command line to [`rolo::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    rolo::cli::run()
}

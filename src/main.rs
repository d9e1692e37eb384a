//! The `rolo` program. All it does is hand the command line to [`rolo::cli`].

use std::process::ExitCode;

/// Threads that hand work to each other allocate on one and free on the other, which the system's allocator answers
/// with lock contention; docs/performance.md has the difference.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    rolo::cli::run()
}

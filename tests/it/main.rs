//! The integration tests: the real server over real HTTP, on SQLite and on a real PostgreSQL. One binary, so that
//! it links once and starts one throw-away PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and may tell what it counted"
)]

mod support;

mod bad_input;
mod cli;
mod contacts;
mod crash;
mod dialects;
mod house;
mod idempotency;
mod people;
mod probes;
mod rate_limits;
mod scenario;
mod store;
mod store_failures;
mod teams_apart;

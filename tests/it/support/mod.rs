//! What the tests stand on: throw-away databases, and a server with a clock and a randomness that they control.

pub mod app;
pub mod database;
pub mod postgres;
pub mod process;
pub mod proxy;

pub use app::{Answer, App};
pub use database::{Database, Kind};

/// Writes a test once and runs it on both databases.
macro_rules! both {
    ($($(#[$attribute:meta])* async fn $name:ident($argument:ident: $type:ty) $body:block)+) => {$(
        $(#[$attribute])*
        mod $name {
            use super::*;

            async fn story($argument: $type) $body

            #[test]
            fn sqlite() {
                $crate::support::run(async { story(<$type>::start($crate::support::Kind::Sqlite).await).await });
            }

            #[test]
            fn postgres() {
                $crate::support::run(async { story(<$type>::start($crate::support::Kind::Postgres).await).await });
            }
        }
    )+};
}
pub(crate) use both;

/// Runs a test that shares its snapshots with the same test on the other database.
pub fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    insta::allow_duplicates! { runtime.block_on(test) }
}

//! What the database says about itself.

use super::migrations;
use super::tx::{Dialects, Tx};
use crate::model::Result;

/// The state of the database, for `rolo doctor`.
#[derive(Debug, Clone)]
pub struct Status {
    /// Product and version, such as `SQLite 3.50.2`.
    pub version: String,
    /// The version of the schema in the database, and the one that this program works with.
    pub schema: (i64, i64),
    /// `ok`, or what a check of the file found. PostgreSQL looks after its files itself.
    pub integrity: String,
    /// How the connection travels: `local file`, `TLSv1.3`, or `not encrypted`.
    pub transport: String,
}

/// Rewrites a row as it is, to see how long a durable write takes.
pub fn touch(tx: &mut Tx<'_>) -> Result<()> {
    tx.execute("UPDATE schema_migrations SET applied_at = applied_at WHERE version = 1", &[]).map(drop)
}

pub fn read(tx: &mut Tx<'_>) -> Result<Status> {
    let mut text = |sqlite: &'static str, postgres: &'static str| -> Result<String> {
        let found = tx.first(Dialects { sqlite, postgres }, &[], |row| row.text(0))?;
        Ok(found.unwrap_or_default())
    };
    Ok(Status {
        version: text(
            "SELECT 'SQLite ' || sqlite_version()",
            "SELECT 'PostgreSQL ' || current_setting('server_version')",
        )?,
        integrity: text("PRAGMA quick_check", "SELECT 'ok'")?,
        transport: text(
            "SELECT 'local file'",
            "SELECT COALESCE(MAX(version), 'not encrypted') FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        )?,
        schema: (migrations::version(tx)?, migrations::newest()),
    })
}

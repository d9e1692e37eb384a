//! Brings a database to the schema that this program needs. Migrations are numbered files, applied at start in
//! one transaction under a lock, so that several servers may start at once.

use super::Tx;
use super::tx::{Dialects, params};
use crate::model::{Error, Result, Timestamp};

/// Every migration, in order. One that has been released is never changed.
const MIGRATIONS: [(i64, &str); 1] = [(1, include_str!("migrations/0001_contacts.sql"))];

/// Any number will do, as long as every version of the program uses the same.
const LOCK: i64 = 0x526f_6c6f;

/// The version of the schema that this program works with.
#[must_use]
pub fn newest() -> i64 {
    MIGRATIONS.iter().map(|(version, _)| *version).max().unwrap_or_default()
}

/// Applies what is missing, and says which versions that were.
pub fn apply(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<i64>> {
    tx.lock(LOCK)?;
    check_encoding(tx)?;
    tx.script(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
            version BIGINT NOT NULL PRIMARY KEY,
            applied_at BIGINT NOT NULL
        )",
    )?;
    let present = version(tx)?;
    if present > newest() {
        return Err(Error::Invalid(format!(
            "the database has schema version {present}, this program knows {}; use a newer rolo",
            newest()
        )));
    }
    let missing: Vec<_> = MIGRATIONS.into_iter().filter(|(version, _)| *version > present).collect();
    for (version, sql) in &missing {
        tx.script(sql)?;
        tx.execute(
            "INSERT INTO schema_migrations (version, applied_at) VALUES (?1, ?2)",
            params![*version, now],
        )?;
    }
    Ok(missing.into_iter().map(|(version, _)| version).collect())
}

/// Names are in all scripts, so a database that cannot hold them is refused at once and not by a later error.
fn check_encoding(tx: &mut Tx<'_>) -> Result<()> {
    let query = Dialects { sqlite: "PRAGMA encoding", postgres: "SELECT current_setting('server_encoding')" };
    let encoding = tx.first(query, &[], |row| row.text(0))?.unwrap_or_default();
    if encoding.starts_with("UTF") {
        return Ok(());
    }
    let what = format!("names a database with the encoding {encoding}; create it with ENCODING 'UTF8'");
    Err(Error::invalid("database.url", what))
}

/// The version of the schema that the database has; 0 if it has none.
pub fn version(tx: &mut Tx<'_>) -> Result<i64> {
    let tables = Dialects {
        sqlite: "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_migrations'",
        postgres: "SELECT COUNT(to_regclass('schema_migrations'))",
    };
    if tx.first(tables, &[], |row| row.integer(0))? == Some(0) {
        return Ok(0);
    }
    let found = tx.first("SELECT MAX(version) FROM schema_migrations", &[], |row| row.opt_integer(0))?;
    Ok(found.flatten().unwrap_or_default())
}

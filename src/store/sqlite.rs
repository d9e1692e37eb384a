//! The SQLite driver: one file in WAL mode, every commit synced to disk. Only this file names the crate's
//! connection type; it decides nothing about the work done in a transaction.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, ErrorCode, OpenFlags, ToSql};

use super::tx::{Row, Value};
use crate::model::{Error, Result};

/// How long a transaction waits for another process that is writing to the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// More statements than the program has, so that none is prepared twice.
const STATEMENT_CACHE: usize = 256;

pub struct Connection(rusqlite::Connection);

impl Connection {
    /// Opens the file, and makes it if this is the writer.
    pub fn open(path: &Path, writable: bool) -> Result<Self> {
        let access = if writable {
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
        } else {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        };
        if writable {
            create_private(path)?;
        }
        let connection =
            rusqlite::Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)
                .map_err(classify)?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(classify)?;
        connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        // Without this guarantee SQLite plans a statement anew whenever its parameters change.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(classify)?;
        if writable {
            // The checkpoint thread is there first; the writer only steps in when the log grows all the same.
            connection
                .execute_batch(
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 50000;
                     PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000;",
                )
                .map_err(classify)?;
        } else {
            connection.execute_batch("PRAGMA cache_size = -16000;").map_err(classify)?;
        }
        Ok(Self(connection))
    }

    /// Runs statements without parameters. `/* WITHOUT ROWID */` is a comment to PostgreSQL and is meant here.
    pub fn script(&mut self, sql: &str) -> Result<()> {
        self.0.execute_batch(&sql.replace("/* WITHOUT ROWID */", "WITHOUT ROWID")).map_err(classify)
    }

    /// Moves what is logged into the file, as far as that stops nobody.
    pub fn checkpoint(&mut self) -> Result<()> {
        self.script("PRAGMA wal_checkpoint(PASSIVE)")
    }

    pub fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64> {
        let mut statement = self.prepare(sql)?;
        let changed = statement.execute(rusqlite::params_from_iter(params)).map_err(classify)?;
        Ok(changed as u64)
    }

    pub fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(params)).map_err(classify)?;
        let mut answer = Vec::new();
        while let Some(row) = rows.next().map_err(classify)? {
            answer.push(read(&Row::Sqlite(row))?);
        }
        Ok(answer)
    }

    fn prepare(&self, sql: &'static str) -> Result<CachedStatement<'_>> {
        self.0.prepare_cached(sql).map_err(classify)
    }

    /// Whether a transaction is open, which a failed statement may have ended.
    pub fn in_transaction(&self) -> bool {
        !self.0.is_autocommit()
    }
}

/// Makes the file, if there is none, so that nobody else on the machine can read it.
fn create_private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(path);
    opened
        .map(drop)
        .map_err(|error| Error::Unavailable(format!("{} cannot be opened: {error}", path.display())))
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Integer(value) => ValueRef::Integer(*value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
        }))
    }
}

/// Says which failures may pass by themselves: a lock held by another process, a full or failing disk.
fn classify(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied,
        ) => Error::Unavailable(error.to_string()),
        // Without the statement, which can be a whole migration.
        _ => match error {
            rusqlite::Error::SqlInputError { msg, .. } => Error::Internal(anyhow::anyhow!("SQLite: {msg}")),
            other => Error::Internal(anyhow::anyhow!("SQLite: {other}")),
        },
    }
}

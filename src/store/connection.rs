//! One connection to either database, as a store thread drives it: begin, savepoint, commit, and what to do when
//! one of them fails. It knows nothing of the jobs that run in between.

use super::tx::{self, Tx};
use super::{postgres, sqlite};
use crate::model::{Error, Result};

/// Why a transaction did not end well.
#[derive(Debug)]
pub enum Failure {
    /// None of its changes were made; it may be tried again.
    Undone(Error),
    /// None of its changes were made, because a job without a savepoint decided against its own.
    Refused,
    /// The database cannot say whether its changes were made; trying again could make them twice.
    Unknown(String),
}

pub enum Connection {
    Sqlite(sqlite::Connection),
    Postgres(Box<postgres::Connection>),
}

impl Connection {
    pub fn tx(&mut self) -> Tx<'_> {
        Tx(match self {
            Self::Sqlite(connection) => tx::Connection::Sqlite(connection),
            Self::Postgres(connection) => tx::Connection::Postgres(connection),
        })
    }

    pub fn begin_read(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.execute("BEGIN", &[]).map(drop),
            Self::Postgres(connection) => connection.begin_read(),
        }
    }

    /// On SQLite the write lock is taken at once: a transaction that only asks for it later can fail half-way.
    pub fn begin_write(&mut self, alone: bool) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.execute("BEGIN IMMEDIATE", &[]).map(drop),
            Self::Postgres(connection) => connection.begin_write(alone),
        }
    }

    /// Opens the savepoint of the next job and forgets the one before it, on PostgreSQL in one message.
    pub fn savepoint(&mut self, first: bool) -> Result<()> {
        match self {
            Self::Sqlite(connection) => {
                if !first {
                    connection.execute("RELEASE job", &[])?;
                }
                connection.execute("SAVEPOINT job", &[]).map(drop)
            }
            Self::Postgres(connection) if first => connection.script("SAVEPOINT job"),
            Self::Postgres(connection) => connection.script("RELEASE job; SAVEPOINT job"),
        }
    }

    pub fn rollback_to_savepoint(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.execute("ROLLBACK TO job", &[]).map(drop),
            Self::Postgres(connection) => connection.rollback_to_savepoint(),
        }
    }

    pub fn rollback(&mut self) {
        let outcome = match self {
            Self::Sqlite(connection) if connection.in_transaction() => {
                connection.execute("ROLLBACK", &[]).map(drop)
            }
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(connection) if connection.is_lost() => Ok(()),
            Self::Postgres(connection) => connection.script("ROLLBACK"),
        };
        if let Err(error) = outcome {
            tracing::warn!(%error, "a rollback failed");
        }
    }

    /// Makes the transaction durable. When PostgreSQL's answer is lost, it is asked over a new connection whether
    /// the transaction took effect, so that no effect is doubled and none is reported as failed.
    pub fn commit(&mut self) -> Result<(), Failure> {
        match self {
            Self::Sqlite(connection) => {
                let outcome = connection.execute("COMMIT", &[]);
                if outcome.is_err() {
                    self.rollback();
                }
                outcome.map(drop).map_err(Failure::Undone)
            }
            Self::Postgres(connection) => {
                let Err(error) = connection.commit() else { return Ok(()) };
                if !connection.is_lost() {
                    return Err(Failure::Undone(error));
                }
                match connection.was_committed() {
                    Ok(true) => Ok(()),
                    Ok(false) => Err(Failure::Undone(error)),
                    Err(error) => {
                        Err(Failure::Unknown(format!("it is not known whether it was done: {error}")))
                    }
                }
            }
        }
    }

    /// Makes the connection usable again after a panic in the driver.
    pub fn reset(&mut self) {
        match self {
            Self::Sqlite(_) => self.rollback(),
            Self::Postgres(connection) => connection.reset(),
        }
    }

    /// Whether the connection is gone; the next transaction opens another one.
    pub fn is_lost(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(connection) => connection.is_lost(),
        }
    }
}

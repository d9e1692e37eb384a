//! An open transaction, and the values that go in and out of it. One SQL text serves both databases: parameters
//! are written `?1`, `?2`, … and only `&'static str` is accepted, so no SQL is ever put together at run time.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{postgres, sqlite};
use crate::model::{Error, Id, Result, Timestamp};

/// A transaction as a closure of [`super::Store::read`] or [`super::Store::write`] sees it.
pub struct Tx<'c>(pub(super) Connection<'c>);

pub(super) enum Connection<'c> {
    Sqlite(&'c mut sqlite::Connection),
    Postgres(&'c mut postgres::Connection),
}

/// A statement that the two dialects spell differently.
#[derive(Debug, Clone, Copy)]
pub struct Dialects {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

impl From<&'static str> for Dialects {
    fn from(sql: &'static str) -> Self {
        Self { sqlite: sql, postgres: sql }
    }
}

impl Tx<'_> {
    /// Runs a statement and says how many rows it changed.
    pub fn execute(&mut self, sql: impl Into<Dialects>, params: &[Value<'_>]) -> Result<u64> {
        let sql = sql.into();
        match &mut self.0 {
            Connection::Sqlite(connection) => connection.execute(sql.sqlite, params),
            Connection::Postgres(connection) => connection.execute(sql.postgres, params),
        }
    }

    /// Runs a query and reads each of its rows.
    pub fn query<T>(
        &mut self,
        sql: impl Into<Dialects>,
        params: &[Value<'_>],
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let sql = sql.into();
        match &mut self.0 {
            Connection::Sqlite(connection) => connection.query(sql.sqlite, params, read),
            Connection::Postgres(connection) => connection.query(sql.postgres, params, read),
        }
    }

    /// Runs a query and reads its first row, if it has one.
    pub fn first<T>(
        &mut self,
        sql: impl Into<Dialects>,
        params: &[Value<'_>],
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.query(sql, params, read)?.into_iter().next())
    }

    /// Runs statements that take no parameters, as migrations do.
    pub(super) fn script(&mut self, sql: &str) -> Result<()> {
        match &mut self.0 {
            Connection::Sqlite(connection) => connection.script(sql),
            Connection::Postgres(connection) => connection.script(sql),
        }
    }

    /// Keeps other writers that lock the same number waiting until this transaction ends. SQLite has one writer
    /// at a time, so there is nobody to keep waiting.
    pub fn lock(&mut self, number: i64) -> Result<()> {
        if let Connection::Postgres(connection) = &mut self.0 {
            connection.query("SELECT pg_advisory_xact_lock(?1)::text", &[number.into()], |_| Ok(()))?;
        }
        Ok(())
    }
}

/// A parameter of a statement.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
}

/// Tells the kind and never the content: the PostgreSQL driver logs the parameters of each statement.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Integer(_) => "integer",
            Self::Text(_) => "text",
        })
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Integer(value.as_millis())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a Id> for Value<'a> {
    fn from(value: &'a Id) -> Self {
        Self::Text(value.as_str())
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A list of parameters: `params![team_id, name]`.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::store::tx::Value::from($value)),*] };
}
pub(crate) use params;

/// One row of an answer.
pub enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r ::postgres::Row),
}

impl Row<'_> {
    pub fn opt_text(&self, column: usize) -> Result<Option<String>> {
        match self {
            Self::Sqlite(row) => row.get(column).map_err(Error::internal),
            Self::Postgres(row) => row.try_get(column).map_err(Error::internal),
        }
    }

    pub fn opt_integer(&self, column: usize) -> Result<Option<i64>> {
        match self {
            Self::Sqlite(row) => row.get(column).map_err(Error::internal),
            Self::Postgres(row) => row.try_get(column).map_err(Error::internal),
        }
    }

    pub fn text(&self, column: usize) -> Result<String> {
        self.opt_text(column)?.ok_or_else(|| null_in(column))
    }

    pub fn integer(&self, column: usize) -> Result<i64> {
        self.opt_integer(column)?.ok_or_else(|| null_in(column))
    }

    pub fn opt_flag(&self, column: usize) -> Result<Option<bool>> {
        Ok(self.opt_integer(column)?.map(|value| value != 0))
    }

    pub fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.integer(column)? != 0)
    }

    pub fn time(&self, column: usize) -> Result<Timestamp> {
        self.integer(column).map(Timestamp::from_millis)
    }

    pub fn opt_time(&self, column: usize) -> Result<Option<Timestamp>> {
        Ok(self.opt_integer(column)?.map(Timestamp::from_millis))
    }

    pub fn opt_id(&self, column: usize) -> Result<Option<Id>> {
        self.opt_text(column)?.map(|text| text.parse().map_err(Error::internal)).transpose()
    }

    pub fn id(&self, column: usize) -> Result<Id> {
        self.opt_id(column)?.ok_or_else(|| null_in(column))
    }

    /// A column that holds JSON text.
    pub fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T> {
        serde_json::from_str(&self.text(column)?).map_err(Error::internal)
    }
}

fn null_in(column: usize) -> Error {
    Error::Internal(anyhow::anyhow!("column {column} is null, which the schema forbids"))
}

/// A value as the JSON text that a column holds.
pub fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

//! The PostgreSQL driver: a synchronous connection that is opened again when it is lost, and that finds out
//! whether a commit whose answer was lost took effect. Must not be used on a thread of the async runtime.

use std::collections::HashMap;
use std::time::Duration;

use bytes::BytesMut;
use postgres::error::{Severity, SqlState};
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, SimpleQueryMessage, Statement};

use super::postgres_tls::Tls;
use super::tx::{Row, Value};
use crate::model::{Error, Result};

/// How long to ask after the fate of a transaction whose commit got no answer.
const OUTCOME_TRIES: u32 = 50;
const OUTCOME_PAUSE: Duration = Duration::from_millis(100);

/// Where and how to connect.
#[derive(Clone)]
pub struct Target {
    pub config: Config,
    pub tls: Tls,
}

pub struct Connection {
    target: Target,
    client: Option<Client>,
    statements: HashMap<&'static str, Statement>,
    /// The id of the transaction that is open or was committed last, to ask after its fate.
    transaction: Option<String>,
    /// A statement has failed since the last savepoint: PostgreSQL would answer COMMIT by rolling back.
    failed: bool,
}

impl Connection {
    pub fn open(target: Target) -> Result<Self> {
        let mut connection =
            Self { target, client: None, statements: HashMap::new(), transaction: None, failed: false };
        connection.client()?;
        Ok(connection)
    }

    /// The connection, opened again if it was lost.
    fn client(&mut self) -> Result<&mut Client> {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            self.statements.clear();
            self.client = None;
            self.client =
                Some(self.target.tls.connect(&self.target.config).map_err(|error| classify(&error))?);
        }
        self.client.as_mut().ok_or_else(|| Error::Unavailable("not connected".to_owned()))
    }

    /// Opens a transaction that will write, and learns its id in the same message. A transaction of several jobs
    /// gives up quickly when it has to wait for a lock: it takes its locks in the order of its jobs, so another one
    /// may be waiting for it in turn. A job alone takes its locks in one order that all keep to, and may wait.
    pub fn begin_write(&mut self, alone: bool) -> Result<()> {
        self.transaction = None;
        self.failed = false;
        let opening = if alone {
            "BEGIN; SET LOCAL lock_timeout = '10s'; SELECT pg_current_xact_id()::text"
        } else {
            "BEGIN; SET LOCAL lock_timeout = '20ms'; SELECT pg_current_xact_id()::text"
        };
        let begun = self.client()?.simple_query(opening);
        let messages = self.noting_failure(begun)?;
        self.transaction = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        Ok(())
    }

    /// Opens a transaction in which every statement sees the same data.
    pub fn begin_read(&mut self) -> Result<()> {
        self.failed = false;
        let begun = self.client()?.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        self.noting_failure(begun)
    }

    /// Runs statements without parameters on the open connection; it is not opened again, for that would end the
    /// transaction in silence.
    pub fn script(&mut self, sql: &str) -> Result<()> {
        let outcome = self.current()?.batch_execute(sql);
        self.noting_failure(outcome)
    }

    pub fn rollback_to_savepoint(&mut self) -> Result<()> {
        self.script("ROLLBACK TO job")?;
        self.failed = false;
        Ok(())
    }

    /// # Errors
    /// Also when a closure went on after a failed statement as if nothing had happened: nothing is kept then.
    pub fn commit(&mut self) -> Result<()> {
        if self.failed {
            self.script("ROLLBACK")?;
            return Err(Error::Internal(anyhow::anyhow!("a store closure ignored a failed statement")));
        }
        self.script("COMMIT")
    }

    /// Remembers that a statement failed. After anything worse than a plain error the connection is given up, even
    /// if its end has not been seen yet: then the fate of a commit is asked for, and the next transaction connects
    /// anew, perhaps to a server that has taken over.
    fn noting_failure<T>(&mut self, outcome: Result<T, postgres::Error>) -> Result<T> {
        outcome.map_err(|error| {
            self.failed = true;
            let is_standby = error.code() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION);
            let known = classify(&error);
            if is_standby || (!is_plain(&error) && matches!(known, Error::Unavailable(_))) {
                self.reset();
            }
            known
        })
    }

    /// Gives the connection up; the next transaction opens another one.
    pub fn reset(&mut self) {
        // Dropping a client waits for the server's last word, which may never come, so it is not waited for here.
        if let Some(client) = self.client.take() {
            let _ = std::thread::Builder::new().name("store-farewell".to_owned()).spawn(move || drop(client));
        }
    }

    /// Whether the transaction that `begin_write` opened took effect, asked over a new connection.
    pub fn was_committed(&mut self) -> Result<bool> {
        let Some(transaction) = self.transaction.clone() else { return Ok(false) };
        for _ in 0..OUTCOME_TRIES {
            let status = self
                .client()?
                .query_one("SELECT pg_xact_status($1::text::xid8)", &[&transaction])
                .and_then(|row| row.try_get::<_, Option<String>>(0))
                .map_err(|error| classify(&error))?;
            match status.as_deref() {
                Some("committed") => return Ok(true),
                // The server has not noticed yet that its client is gone, and no event will tell when it does.
                Some("in progress") => std::thread::park_timeout(OUTCOME_PAUSE),
                _ => return Ok(false),
            }
        }
        Err(Error::Unavailable("the fate of a transaction is not known yet".to_owned()))
    }

    pub fn is_lost(&self) -> bool {
        self.client.as_ref().is_none_or(Client::is_closed)
    }

    pub fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64> {
        let (client, statement) = self.prepared(sql)?;
        let changed = client.execute(&statement, &borrowed(params));
        self.noting_failure(changed)
    }

    pub fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let (client, statement) = self.prepared(sql)?;
        let rows = client.query(&statement, &borrowed(params));
        self.noting_failure(rows)?.iter().map(|row| read(&Row::Postgres(row))).collect()
    }

    fn prepared(&mut self, sql: &'static str) -> Result<(&mut Client, Statement)> {
        let known = self.statements.get(sql).cloned();
        let statement = match known {
            Some(statement) => statement,
            None => self.prepare(sql)?,
        };
        Ok((self.current()?, statement))
    }

    fn prepare(&mut self, sql: &'static str) -> Result<Statement> {
        let prepared = self.current()?.prepare(&sql.replace('?', "$"));
        let statement = self.noting_failure(prepared)?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    fn current(&mut self) -> Result<&mut Client> {
        match self.client.as_mut() {
            Some(client) if !client.is_closed() => Ok(client),
            _ => Err(Error::Unavailable("the connection was lost".to_owned())),
        }
    }
}

fn borrowed<'v>(params: &'v [Value<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(value) => value.to_sql(kind, out),
            Value::Text(value) => value.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        <i64 as ToSql>::accepts(kind) || <&str as ToSql>::accepts(kind)
    }

    to_sql_checked!();
}

/// Whether the server refused a statement and goes on; anything worse ends the connection.
fn is_plain(error: &postgres::Error) -> bool {
    error.as_db_error().is_some_and(|failure| failure.parsed_severity() == Some(Severity::Error))
}

/// Says which failures may pass by themselves: a lost connection, a conflict between transactions, a server that
/// is starting, stopping or out of room.
fn classify(error: &postgres::Error) -> Error {
    let Some(failure) = error.as_db_error() else {
        let text = describe(error);
        // A value of the wrong type is a bug here; whatever else the driver reports concerns the connection.
        let is_bug = text.starts_with("error serializing") || text.starts_with("invalid");
        return if is_bug { Error::Internal(anyhow::anyhow!(text)) } else { Error::Unavailable(text) };
    };
    let passing = [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::IN_FAILED_SQL_TRANSACTION,
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::DISK_FULL,
        SqlState::OUT_OF_MEMORY,
        SqlState::QUERY_CANCELED,
        SqlState::INVALID_PASSWORD,
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        SqlState::INVALID_CATALOG_NAME,
    ];
    if passing.contains(failure.code()) || !is_plain(error) {
        Error::Unavailable(describe(error))
    } else {
        Error::Internal(anyhow::anyhow!("PostgreSQL: {} ({})", failure.message(), failure.code().code()))
    }
}

/// An error with its causes; the driver's own text leaves them out.
fn describe(error: &postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

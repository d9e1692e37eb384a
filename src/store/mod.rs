//! The store: the only room that speaks SQL. Callers hand it closures, `read` to look and `write` to change, and
//! each closure is one atomic, durable unit. It holds one file per noun and decides nothing.

mod checkpoint;
mod connection;
mod migrations;
mod postgres;
mod postgres_tls;
mod queue;
mod sqlite;
pub(crate) mod tx;

pub mod api_keys;
pub mod contact_stages;
pub mod contacts;
pub mod labels;
pub mod replies;
pub mod status;
pub mod teams;
pub mod users;

use std::path::PathBuf;
use std::sync::Arc;

use self::checkpoint::Checkpointer;
use self::connection::Connection;
use self::queue::{Mode, Queue};
pub use self::tx::Tx;
use crate::clock::Clock;
use crate::model::{Error, Result};

/// The most reads in one transaction.
const MOST_READS: usize = 16;

/// Which database, and how many threads work on it.
#[derive(Debug, Clone)]
pub struct Options {
    /// A `postgres://` address, or the path of a SQLite file.
    pub url: String,
    /// Trusted authorities for PostgreSQL over TLS; without one, those of the machine.
    pub tls_ca_file: Option<PathBuf>,
    /// Writing connections on PostgreSQL. SQLite has one writer, always.
    pub writers: usize,
    pub readers: usize,
    /// The most closures that wait in each queue before callers are turned away.
    pub queue_length: usize,
    /// The most closures in one transaction.
    pub batch_size: usize,
}

impl Options {
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres://") || self.url.starts_with("postgresql://")
    }

    /// Refuses addresses that would quietly become a file of that name, or a database that is gone at the end.
    fn check(&self) -> Result<()> {
        let wrong = |what: &str| Err(Error::invalid("database.url", what));
        if !self.is_postgres() && self.url.contains("://") {
            return wrong("must be a postgres:// address or the path of a file");
        }
        if self.url == ":memory:" || self.url.is_empty() {
            return wrong("must be a file: a database in memory would be another one for each connection");
        }
        Ok(())
    }

    fn connect(&self, mode: Mode) -> Result<Connection> {
        if self.is_postgres() {
            let target = postgres_tls::target(&self.url, self.tls_ca_file.as_deref())?;
            return Ok(Connection::Postgres(Box::new(postgres::Connection::open(target)?)));
        }
        let connection = sqlite::Connection::open(self.url.as_ref(), mode == Mode::Write)?;
        Ok(Connection::Sqlite(connection))
    }

    fn connect_all(&self, mode: Mode, count: usize) -> Result<Vec<Connection>> {
        (0..count.max(1)).map(|_| self.connect(mode)).collect()
    }
}

/// A handle on the database; clones share its threads.
#[derive(Clone)]
pub struct Store {
    queues: Arc<Queues>,
}

struct Queues {
    reads: Queue,
    writes: Queue,
    /// On SQLite only; PostgreSQL does this by itself.
    checkpointer: Option<Checkpointer>,
}

impl Store {
    /// Connects, brings the schema up to date, and starts the threads.
    ///
    /// # Errors
    /// When the database cannot be reached, or was made by a newer program.
    pub async fn open(options: Options, clock: Clock) -> Result<Self> {
        let opening = tokio::task::spawn_blocking(move || Self::open_blocking(&options, Some(&clock)));
        opening.await.map_err(Error::internal)?
    }

    /// Connects and starts the threads, but leaves the schema as it is.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open_as_it_is(options: Options) -> Result<Self> {
        let opening = tokio::task::spawn_blocking(move || Self::open_blocking(&options, None));
        opening.await.map_err(Error::internal)?
    }

    fn open_blocking(options: &Options, migrate_at: Option<&Clock>) -> Result<Self> {
        options.check()?;
        let count = if options.is_postgres() { options.writers } else { 1 };
        let mut writing = options.connect_all(Mode::Write, count)?;
        if let (Some(first), Some(clock)) = (writing.first_mut(), migrate_at) {
            migrate(first, clock)?;
        }
        let reading = options.connect_all(Mode::Read, options.readers)?;
        let length = options.queue_length;
        // Readers share the queue: one that took everything would leave the others idle.
        let reads = Queue::start(Mode::Read, reading, length, options.batch_size.min(MOST_READS))?;
        let writes = Queue::start(Mode::Write, writing, length, options.batch_size)?;
        let checkpointer =
            (!options.is_postgres()).then(|| Checkpointer::start(options.url.as_ref())).transpose()?;
        let queues = Queues { reads, writes, checkpointer };
        Ok(Self { queues: Arc::new(queues) })
    }

    /// Looks at the database. All statements of the closure see the same data, and every write that was answered
    /// before this call began.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.queues.reads.submit(work).await
    }

    /// One atomic, durable unit of work. It runs to its end even if the caller stops waiting, and may run more
    /// than once before it takes effect once, so it must do nothing but talk to the transaction.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.queues.writes.submit(work).await
    }

    /// How many closures wait: to read, and to write.
    #[must_use]
    pub fn queue_depths(&self) -> (usize, usize) {
        (self.queues.reads.depth(), self.queues.writes.depth())
    }

    /// Takes no more work, finishes what waits, and ends the threads.
    pub async fn close(&self) {
        let queues = self.queues.clone();
        let closing = tokio::task::spawn_blocking(move || {
            // The writer goes last: whoever closes a SQLite file last folds its log into it, and readers cannot.
            queues.reads.close();
            queues.checkpointer.iter().for_each(Checkpointer::stop);
            queues.writes.close();
        });
        if closing.await.is_err() {
            tracing::error!("closing the store panicked");
        }
    }
}

fn migrate(connection: &mut Connection, clock: &Clock) -> Result<()> {
    connection.begin_write(true)?;
    match migrations::apply(&mut connection.tx(), clock.now()) {
        Ok(applied) => {
            connection.commit().map_err(|failure| Error::Unavailable(format!("{failure:?}")))?;
            if !applied.is_empty() {
                tracing::info!(?applied, "schema migrations applied");
            }
            Ok(())
        }
        Err(error) => {
            connection.rollback();
            Err(error)
        }
    }
}

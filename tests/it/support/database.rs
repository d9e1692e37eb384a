//! An empty database of either kind, gone when the test ends: a SQLite file in a folder of its own, or a schema of
//! its own in the throw-away PostgreSQL.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};

use rolo::clock::Clock;
use rolo::store::{Options, Store};

use super::postgres::cluster;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

pub struct Database {
    pub url: String,
    /// Removed when dropped.
    _folder: Option<tempfile::TempDir>,
}

impl Database {
    pub async fn start(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = folder.path().join("rolo.db").to_str().unwrap().to_owned();
                Self { url, _folder: Some(folder) }
            }
            Kind::Postgres => {
                static NUMBER: AtomicU32 = AtomicU32::new(0);
                let schema = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
                let sql = format!("CREATE SCHEMA {schema}");
                tokio::task::spawn_blocking(move || cluster().admin().batch_execute(&sql).unwrap())
                    .await
                    .unwrap();
                let url = cluster().url(&format!(
                    "sslmode=disable&application_name={schema}&options=-c%20search_path%3D{schema}"
                ));
                Self { url, _folder: None }
            }
        }
    }

    /// The same database by way of another port of the loopback.
    pub fn through(&self, port: u16) -> Self {
        let (_, rest) = self.url.split_once("/postgres?").unwrap();
        Self { url: format!("postgres://rolo@127.0.0.1:{port}/postgres?{rest}"), _folder: None }
    }

    pub fn options(&self) -> Options {
        Options {
            url: self.url.clone(),
            tls_ca_file: None,
            writers: 2,
            readers: 2,
            queue_length: 1000,
            batch_size: 100,
        }
    }

    pub fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres://")
    }

    pub async fn open(&self) -> Store {
        self.open_with(self.options()).await
    }

    pub async fn open_with(&self, options: Options) -> Store {
        Store::open(options, Clock::System).await.unwrap()
    }
}

/// Keeps one writer busy until the answer is dropped, so that what is handed in meanwhile becomes one batch.
pub async fn hold(store: &Store) -> Sender<()> {
    let (release, released) = channel::<()>();
    let (started, when_started) = tokio::sync::oneshot::channel::<()>();
    let (released, started) = (Mutex::new(released), Mutex::new(Some(started)));
    let store = store.clone();
    tokio::spawn(async move {
        store
            .write(move |_| {
                if let Some(started) = started.lock().unwrap().take() {
                    started.send(()).unwrap();
                    let _ = released.lock().unwrap().recv();
                }
                Ok(())
            })
            .await
    });
    when_started.await.unwrap();
    release
}

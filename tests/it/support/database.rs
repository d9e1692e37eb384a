//! An empty database of either kind, gone when the test ends: a SQLite file in a folder of its own, or a schema of
//! its own in the throw-away PostgreSQL.

use std::sync::atomic::{AtomicU32, Ordering};

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

    pub async fn open(&self) -> Store {
        self.open_with(self.options()).await
    }

    pub async fn open_with(&self, options: Options) -> Store {
        Store::open(options, Clock::System).await.unwrap()
    }
}

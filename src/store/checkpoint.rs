//! Moves what SQLite has logged into its file, on a thread of its own: a writer that did so itself would keep all its
//! callers waiting meanwhile. It never stops a writer; a log that grows all the same is folded in by the writer.

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::sqlite::Connection;
use crate::model::{Error, Result};

/// How often the log is looked at.
const PERIOD: Duration = Duration::from_millis(100);

/// A running checkpoint thread; ends when it is stopped or dropped.
pub struct Checkpointer(Mutex<Option<(Sender<()>, JoinHandle<()>)>>);

impl Checkpointer {
    pub fn start(path: &Path) -> Result<Self> {
        let mut connection = Connection::open(path, true)?;
        let (stop, stopped) = channel::<()>();
        let run = move || {
            while stopped.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                if let Err(error) = connection.checkpoint() {
                    tracing::warn!(%error, "a checkpoint failed; it is tried again");
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(run)
            .map_err(Error::internal)?;
        Ok(Self(Mutex::new(Some((stop, thread)))))
    }

    /// Ends the thread and waits for it.
    pub fn stop(&self) {
        let running = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((stop, thread)) = running {
            drop(stop);
            if thread.join().is_err() {
                tracing::error!("the checkpoint thread panicked");
            }
        }
    }
}

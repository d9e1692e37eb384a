//! The store's threads. Callers hand in closures over a bounded queue; each thread owns one connection, takes all
//! the closures that wait, and makes one transaction of them (group commit). A closure runs to its end even if
//! its caller stops waiting, and what it leaves behind never harms its neighbours.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use super::connection::{Connection, Failure};
use super::tx::Tx;
use crate::clock::Stopwatch;
use crate::model::{Error, Result};

/// How often a closure is tried whose transaction the database gave up.
const TRIES: u32 = 5;

/// A closure that takes longer than this holds up everybody behind it, and is logged.
const SLOW_MILLIS: u128 = 50;

/// After a refused job the next ones are likely to be refused as well.
const GUARDED_AFTER_A_REFUSAL: u32 = 16;

/// Whether the closures of a queue change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Read,
    Write,
}

impl Mode {
    const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// What became of one try at a job.
enum Attempt {
    /// It wants its changes kept.
    Done,
    /// It failed by its own decision: its changes go, its neighbours' stay.
    Refused,
    /// The transaction cannot go on; the job may succeed in another one.
    Interrupted,
}

trait Job: Send {
    fn attempt(&mut self, tx: &mut Tx<'_>) -> Attempt;

    /// Tells the caller what the last attempt gave, or the failure that undid it.
    fn answer(&mut self, undone_by: Option<Error>);
}

struct Task<T, F> {
    work: F,
    result: Option<Result<T>>,
    caller: Option<oneshot::Sender<Result<T>>>,
}

impl<T, F> Job for Task<T, F>
where
    T: Send,
    F: Fn(&mut Tx<'_>) -> Result<T> + Send,
{
    fn attempt(&mut self, tx: &mut Tx<'_>) -> Attempt {
        let watch = Stopwatch::start();
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(tx))).unwrap_or_else(|panic| {
            Err(Error::Internal(anyhow::anyhow!("a store closure panicked: {}", panic_text(panic.as_ref()))))
        });
        let millis = watch.elapsed().as_millis();
        if millis > SLOW_MILLIS {
            tracing::warn!(millis, work = std::any::type_name::<F>(), "slow store closure");
        }
        let attempt = match &result {
            Ok(_) => Attempt::Done,
            Err(Error::Unavailable(_)) => Attempt::Interrupted,
            Err(_) => Attempt::Refused,
        };
        self.result = Some(result);
        attempt
    }

    fn answer(&mut self, undone_by: Option<Error>) {
        let Some(caller) = self.caller.take() else { return };
        let result = match (self.result.take(), undone_by) {
            (Some(Err(own)), _) if !matches!(own, Error::Unavailable(_)) => Err(own),
            (_, Some(error)) => Err(error),
            (Some(Err(own)), None) => Err(own),
            (Some(Ok(value)), None) => Ok(value),
            (None, None) => Err(Error::Unavailable("the work was not started".to_owned())),
        };
        let _ = caller.send(result); // the caller may have hung up
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// A bounded queue and the threads that work it off.
pub struct Queue {
    mode: Mode,
    jobs: RwLock<Option<mpsc::Sender<Box<dyn Job>>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Queue {
    /// Starts one thread for each connection. `batch` is the most jobs in one transaction.
    pub fn start(mode: Mode, connections: Vec<Connection>, length: usize, batch: usize) -> Result<Self> {
        let (sender, receiver) = mpsc::channel(length);
        let receiver = Arc::new(Mutex::new(receiver));
        let mut threads = Vec::with_capacity(connections.len());
        for (number, connection) in connections.into_iter().enumerate() {
            let receiver = receiver.clone();
            let name = format!("store-{}-{number}", mode.name());
            let thread = std::thread::Builder::new()
                .name(name)
                .spawn(move || Worker { mode, connection, guarded_batches: 0 }.run(&receiver, batch))
                .map_err(Error::internal)?;
            threads.push(thread);
        }
        Ok(Self { mode, jobs: RwLock::new(Some(sender)), threads: Mutex::new(threads) })
    }

    /// Hands in a closure and waits for its answer.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full or closed; else whatever the closure or its transaction gave.
    pub async fn submit<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        let job = Box::new(Task { work, result: None, caller: Some(caller) });
        let Some(jobs) = self.jobs.read().unwrap_or_else(PoisonError::into_inner).clone() else {
            return Err(Error::Busy);
        };
        if jobs.try_send(job).is_err() {
            metrics::counter!("rolo_store_refused_total", "queue" => self.mode.name()).increment(1);
            return Err(Error::Busy);
        }
        drop(jobs);
        answer.await.map_err(|_| Error::Unavailable("the store has stopped".to_owned()))?
    }

    /// How many jobs wait now.
    pub fn depth(&self) -> usize {
        let jobs = self.jobs.read().unwrap_or_else(PoisonError::into_inner);
        jobs.as_ref().map_or(0, |jobs| jobs.max_capacity() - jobs.capacity())
    }

    /// Takes no more jobs, works off those that wait, and ends the threads.
    pub fn close(&self) {
        self.jobs.write().unwrap_or_else(PoisonError::into_inner).take();
        for thread in std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner)) {
            if thread.join().is_err() {
                tracing::error!("a store thread panicked");
            }
        }
    }
}

struct Worker {
    mode: Mode,
    connection: Connection,
    /// For how many more batches each job gets a savepoint of its own.
    guarded_batches: u32,
}

impl Worker {
    fn run(mut self, receiver: &Mutex<mpsc::Receiver<Box<dyn Job>>>, most: usize) {
        let mut batch = Vec::with_capacity(most);
        loop {
            let taken =
                receiver.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv_many(&mut batch, most);
            if taken == 0 {
                return;
            }
            let watch = Stopwatch::start();
            if catch_unwind(AssertUnwindSafe(|| self.work_off(&mut batch))).is_err() {
                // Not a closure's panic, those are caught around each; so the driver's state is not to be trusted.
                self.connection.reset();
                answer_all(&mut batch, "the database driver failed");
            }
            let mode = self.mode.name();
            #[expect(clippy::cast_precision_loss, reason = "a batch is small")]
            metrics::histogram!("rolo_store_batch_size", "queue" => mode).record(taken as f64);
            metrics::histogram!("rolo_store_batch_seconds", "queue" => mode).record(watch.elapsed());
            batch.clear();
        }
    }

    /// All in one transaction; if that fails, each in one of its own, so that one job cannot fail the others.
    fn work_off(&mut self, batch: &mut [Box<dyn Job>]) {
        let mut outcome = self.transaction(batch);
        if matches!(outcome, Err(Failure::Refused)) {
            self.guarded_batches = GUARDED_AFTER_A_REFUSAL;
            outcome = self.transaction(batch);
        }
        self.guarded_batches = self.guarded_batches.saturating_sub(1);
        match outcome {
            Ok(()) => batch.iter_mut().for_each(|job| job.answer(None)),
            Err(Failure::Unknown(why)) => answer_all(batch, &why),
            Err(Failure::Undone(_) | Failure::Refused) => self.work_off_one_by_one(batch),
        }
    }

    fn work_off_one_by_one(&mut self, batch: &mut [Box<dyn Job>]) {
        tracing::debug!(jobs = batch.len(), "a batch was given up; its jobs are tried one by one");
        for place in 0..batch.len() {
            self.work_off_alone(&mut batch[place..=place]);
            // Without a connection every further try would only keep the callers waiting.
            if self.connection.is_lost() {
                return answer_all(&mut batch[place + 1..], "the connection was lost");
            }
        }
    }

    fn work_off_alone(&mut self, job: &mut [Box<dyn Job>]) {
        let mut outcome = self.transaction(job);
        for _ in 1..TRIES {
            match outcome {
                Err(Failure::Undone(Error::Unavailable(_))) if !self.connection.is_lost() => {
                    outcome = self.transaction(job);
                }
                _ => break,
            }
        }
        match outcome {
            Ok(()) | Err(Failure::Refused) => job[0].answer(None),
            Err(Failure::Undone(error)) => job[0].answer(Some(error)),
            Err(Failure::Unknown(why)) => answer_all(job, &why),
        }
    }

    /// One transaction around the jobs. On success each job that was not answered yet wants its answer.
    fn transaction(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), Failure> {
        let begun = match self.mode {
            Mode::Read => self.connection.begin_read(),
            Mode::Write => self.connection.begin_write(batch.len() == 1),
        };
        match begun.map_err(Failure::Undone).and_then(|()| self.run_jobs(batch)) {
            Ok(()) => self.connection.commit(),
            Err(failure) => {
                self.connection.rollback();
                Err(failure)
            }
        }
    }

    /// Tries each job. Savepoints would let a refused job go and keep its neighbours, but they cost each job more
    /// than its own statements do; so they are only used for a while after a refusal.
    fn run_jobs(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), Failure> {
        let guarded = self.mode == Mode::Write && batch.len() > 1 && self.guarded_batches > 0;
        for (place, job) in batch.iter_mut().enumerate() {
            if guarded {
                self.connection.savepoint(place == 0).map_err(Failure::Undone)?;
            }
            let attempt = job.attempt(&mut self.connection.tx());
            match (attempt, self.mode) {
                (Attempt::Interrupted, _) => {
                    let why = "the transaction was interrupted".to_owned();
                    return Err(Failure::Undone(Error::Unavailable(why)));
                }
                (_, Mode::Read) => job.answer(None),
                (Attempt::Done, Mode::Write) => {}
                (Attempt::Refused, Mode::Write) if guarded => {
                    self.connection.rollback_to_savepoint().map_err(Failure::Undone)?;
                }
                (Attempt::Refused, Mode::Write) => return Err(Failure::Refused),
            }
        }
        Ok(())
    }
}

fn answer_all(batch: &mut [Box<dyn Job>], why: &str) {
    for job in batch {
        job.answer(Some(Error::Unavailable(why.to_owned())));
    }
}

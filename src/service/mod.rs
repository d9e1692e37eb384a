//! The use cases: where decisions meet their effects. It knows the store and the rules of the model, but neither
//! SQL nor HTTP, so that every edge (API, command line, web page) gets the same behaviour.

pub mod api_keys;
pub mod auth;
pub mod contacts;
pub mod people;
pub mod rate_limits;
pub mod replies;
pub mod teams;
pub mod users;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use self::auth::KeyCache;
use self::rate_limits::RateLimits;
use crate::clock::Clock;
use crate::model::id::IdGenerator;
use crate::model::rate_limit::Limits;
use crate::model::{Id, Result, Timestamp};
use crate::random::Random;
use crate::store::status::Status;
use crate::store::{self, Store};

/// What the service is told by the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub rate_limits: Limits,
    /// How long a recognised key is trusted before it is looked up again.
    pub key_cache: Duration,
}

/// Everything a use case needs. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<Parts>);

/// What the clones of a service share.
pub struct Parts {
    store: Store,
    clock: Clock,
    random: Random,
    ids: IdGenerator,
    keys: KeyCache,
    rates: RateLimits,
}

impl Deref for Service {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Service {
    #[must_use]
    pub fn new(store: Store, clock: Clock, random: Random, options: Options) -> Self {
        let ids = IdGenerator::new(random.bytes(), u32::from_be_bytes(random.bytes()));
        let (keys, rates) = (KeyCache::new(options.key_cache), RateLimits::new(options.rate_limits));
        Self(Arc::new(Parts { store, clock, random, ids, keys, rates }))
    }

    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// When it cannot be reached, or was made by a newer program.
    pub async fn open(
        database: store::Options,
        clock: Clock,
        random: Random,
        options: Options,
    ) -> Result<Self> {
        let store = Store::open(database, clock.clone()).await?;
        Ok(Self::new(store, clock, random, options))
    }

    /// Opens the database and leaves its schema as it is, to look at it.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn open_as_it_is(database: store::Options, options: Options) -> Result<Self> {
        let store = Store::open_as_it_is(database).await?;
        Ok(Self::new(store, Clock::System, Random::System, options))
    }

    /// What the database says about itself.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn status(&self) -> Result<Status> {
        self.store.read(store::status::read).await
    }

    /// A durable write that changes nothing, to see how long one takes.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn touch(&self) -> Result<()> {
        self.store.write(store::status::touch).await
    }

    /// Whether the database answers, to readers and to writers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<()> {
        self.store.read(|tx| store::teams::list(tx).map(drop)).await?;
        self.store.write(|_| Ok(())).await
    }

    /// How many pieces of work wait: to read, and to write.
    #[must_use]
    pub fn queue_depths(&self) -> (usize, usize) {
        self.store.queue_depths()
    }

    /// Takes no more work and finishes what waits.
    pub async fn close(&self) {
        self.store.close().await;
    }

    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    #[must_use]
    pub fn random(&self) -> &Random {
        &self.random
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn next_id(&self) -> Id {
        self.ids.next(self.now())
    }
}

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
use crate::store::Store;

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

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<()> {
        self.store.read(|tx| crate::store::teams::list(tx).map(drop)).await
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

//! Randomness, injected. This is the only file that may ask the machine for random bytes; tests hand in a seed.

use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

#[derive(Debug, Clone)]
pub enum Random {
    /// The operating system's generator, through a thread-local one that it seeds.
    System,
    /// The same sequence for the same seed.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Random {
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::System => fill_from_system(&mut bytes),
            Self::Seeded(generator) => {
                generator.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
            }
        }
        bytes
    }

    /// A positive number that survives a trip through a JavaScript client: below 2^53.
    #[must_use]
    pub fn request_id(&self) -> i64 {
        (u64::from_be_bytes(self.bytes()) >> 11).cast_signed()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for randomness")]
fn fill_from_system(bytes: &mut [u8]) {
    rand::rng().fill_bytes(bytes);
}

//! Calls that must take effect once: the answer is stored in the same transaction as the effect, so a repeated
//! call finds either both or neither.

use super::Service;
use crate::model::reply::{IdempotencyKey, Reply};
use crate::model::{Id, Result};
use crate::store::{self, Tx};

/// Writes the answer of a call.
pub type Render<T> = Box<dyn Fn(&T) -> Result<Reply> + Send>;

/// How to do a call once: its key, and how the edge writes the answer that will be stored.
pub struct Once<T> {
    pub key: IdempotencyKey,
    pub render: Render<T>,
}

/// What a call gave.
#[derive(Debug)]
pub enum Outcome<T> {
    /// The call carried no idempotency key.
    Plain(T),
    /// The call's answer as it is stored; `replayed` if an earlier call made it.
    Stored { reply: Reply, replayed: bool },
}

impl Service {
    /// Does `work` in one transaction, or answers what it gave the first time.
    pub(super) async fn write_once<T, F>(
        &self,
        team_id: Id,
        once: Option<Once<T>>,
        work: F,
    ) -> Result<Outcome<T>>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let Some(Once { key, render }) = once else {
            return self.store.write(work).await.map(Outcome::Plain);
        };
        let now = self.now();
        self.store
            .write(move |tx| {
                if let Some(reply) = store::replies::claim(tx, &team_id, &key, now)? {
                    return Ok(Outcome::Stored { reply, replayed: true });
                }
                let reply = render(&work(tx)?)?;
                store::replies::fill(tx, &team_id, &key, &reply)?;
                Ok(Outcome::Stored { reply, replayed: false })
            })
            .await
    }

    /// Forgets stored replies whose time is over, and says how many those were.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn forget_old_replies(&self) -> Result<u64> {
        let now = self.now();
        let mut forgotten = 0;
        loop {
            let some = self.store.write(move |tx| store::replies::forget_old(tx, now)).await?;
            forgotten += some;
            if some < store::replies::FORGOTTEN_AT_ONCE {
                return Ok(forgotten);
            }
        }
    }
}

//! Showing users.

use super::Service;
use crate::model::api_key::Caller;
use crate::model::user::User;
use crate::model::{Error, Id, Result};
use crate::store;

impl Service {
    /// The user as whom a team's keys act: its longest-standing administrator.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the team has none.
    pub async fn acting_user(&self, team_id: Id) -> Result<Id> {
        let admin = self.store.read(move |tx| store::users::oldest_admin(tx, &team_id)).await?;
        admin.map(|user| user.id).ok_or(Error::Unauthenticated)
    }

    /// The user as whom the caller's key acts.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when that user is gone.
    pub async fn profile(&self, caller: &Caller) -> Result<User> {
        let (team_id, user_id) = (caller.team_id, caller.user_id);
        self.store
            .read(move |tx| store::users::find(tx, &team_id, &user_id)?.ok_or(Error::Unauthenticated))
            .await
    }
}

//! Founding teams. A new team has an administrator and Apollo's default stages from its first moment.

use super::Service;
use super::api_keys::CreatedKey;
use crate::model::api_key::Scopes;
use crate::model::stage::DEFAULT_STAGES;
use crate::model::team::Team;
use crate::model::user::User;
use crate::model::{Error, Id, Result, Timestamp};
use crate::store::{self, Tx};

/// The team that the first start founds.
const FIRST_TEAM: &str = "My team";

/// Held while it is decided whether to found the first team, so that two servers starting at once found one.
const FOUNDING_LOCK: i64 = 0x0066_6f75_6e64;

const LONGEST_NAME: usize = 200;

impl Service {
    /// Founds a team with an administrator.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name is empty or too long.
    pub async fn create_team(&self, name: String) -> Result<Team> {
        let name = checked_name("name", &name)?;
        let service = self.clone();
        self.store.write(move |tx| service.found(tx, &name, service.now())).await
    }

    /// All teams, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn teams(&self) -> Result<Vec<Team>> {
        self.store.read(store::teams::list).await
    }

    /// The team meant by a person at the command line: by id, by name, or the only one there is.
    ///
    /// # Errors
    /// [`Error::Invalid`] when that is no team, or could be several.
    pub async fn choose_team(&self, wanted: Option<&str>) -> Result<Team> {
        let teams = self.teams().await?;
        let matches = |team: &&Team| wanted.is_none_or(|text| team.id.as_str() == text || team.name == text);
        let mut matching = teams.iter().filter(matches);
        match (matching.next(), matching.next()) {
            (Some(team), None) => Ok(team.clone()),
            (Some(_), Some(_)) => {
                Err(Error::Invalid("there are several teams; say which with --team ID".to_owned()))
            }
            (None, _) if wanted.is_some() => {
                Err(Error::invalid("--team", "names no team; `rolo team list` shows them all"))
            }
            (None, _) => {
                Err(Error::Invalid("there is no team yet; `rolo team create NAME` makes one".to_owned()))
            }
        }
    }

    /// On an empty database, founds the first team with a master key; nothing if there is a team already.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn found_first_team(&self) -> Result<Option<(Team, CreatedKey)>> {
        let service = self.clone();
        self.store
            .write(move |tx| {
                tx.lock(FOUNDING_LOCK)?;
                if !store::teams::list(tx)?.is_empty() {
                    return Ok(None);
                }
                let now = service.now();
                let team = service.found(tx, FIRST_TEAM, now)?;
                let key = service.make_key(tx, team.id, "First key".to_owned(), Scopes::Master, now)?;
                Ok(Some((team, key)))
            })
            .await
    }

    fn found(&self, tx: &mut Tx<'_>, name: &str, now: Timestamp) -> Result<Team> {
        let team = Team { id: self.next_id(), name: name.to_owned(), created_at: now };
        store::teams::insert(tx, &team)?;
        store::users::insert(tx, &administrator(self.next_id(), team.id, now))?;
        for (order, stage) in (0..).zip(&DEFAULT_STAGES) {
            store::contact_stages::insert(tx, &team.id, &self.next_id(), stage, order)?;
        }
        Ok(team)
    }
}

fn administrator(id: Id, team_id: Id, now: Timestamp) -> User {
    User {
        id,
        team_id,
        first_name: "Rolo".to_owned(),
        last_name: "Admin".to_owned(),
        title: Some("Administrator".to_owned()),
        email: None,
        is_admin: true,
        created_at: now,
    }
}

/// A name given by a person: without blanks around it, and neither empty nor endless.
pub(super) fn checked_name(field: &str, name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Error::invalid(field, format!("must be 1 to {LONGEST_NAME} characters in one line")));
    }
    Ok(name.to_owned())
}

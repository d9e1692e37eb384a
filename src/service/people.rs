//! Finding a person. What the team keeps as a contact is answered from there, and costs nothing.

use super::Service;
use super::replies::{Once, Outcome};
use crate::model::api_key::Caller;
use crate::model::contact::Contact;
use crate::model::person::PersonQuery;
use crate::model::{Error, Id, Result};
use crate::store::{self, Tx};

/// What a match gave.
#[derive(Debug, Clone)]
pub struct Match {
    pub contact: Option<Contact>,
    /// The number by which this call is known.
    pub request_id: i64,
}

impl Service {
    /// Finds the person whom the query describes among the team's contacts; of several, the one updated last.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the query is empty.
    pub async fn match_person(
        &self,
        caller: &Caller,
        query: PersonQuery,
        once: Option<Once<Match>>,
    ) -> Result<Outcome<Match>> {
        if query.is_empty() {
            return Err(Error::Invalid(
                "Please provide id, email, hashed_email or linkedin_url, or a name with domain or \
                 organization_name"
                    .to_owned(),
            ));
        }
        let team_id = caller.team_id;
        let request_id = self.random.request_id();
        let look =
            move |tx: &mut Tx<'_>| Ok(Match { contact: find_contact(tx, &team_id, &query)?, request_id });
        if once.is_some() {
            return self.write_once(team_id, once, look).await;
        }
        self.store.read(look).await.map(Outcome::Plain)
    }
}

fn find_contact(tx: &mut Tx<'_>, team_id: &Id, query: &PersonQuery) -> Result<Option<Contact>> {
    if let Some(id) = &query.id
        && let Some(contact) = store::contacts::find(tx, team_id, id)?
    {
        return Ok(Some(contact));
    }
    for key in query.strong_keys() {
        let candidates = store::contacts::candidates(tx, team_id, &key)?;
        let found = candidates
            .into_iter()
            .find(|contact| contact.has_key(&key) && !query.names_another_person(contact));
        if found.is_some() {
            return Ok(found);
        }
    }
    for key in query.name_keys() {
        let candidates = store::contacts::candidates(tx, team_id, &key)?;
        let found =
            candidates.into_iter().find(|contact| contact.has_key(&key) && !query.contradicts(contact));
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

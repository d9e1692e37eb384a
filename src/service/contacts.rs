//! Creating and showing contacts.

use super::Service;
use super::replies::{Once, Outcome};
use crate::model::api_key::Caller;
use crate::model::contact::Contact;
use crate::model::contact_input::ContactInput;
use crate::model::label::Label;
use crate::model::{Error, Id, Patch, Result, Timestamp};
use crate::store::contacts::Prepared;
use crate::store::{self, Tx};

/// A contact as it now stands, and the lists that the call put it on.
#[derive(Debug, Clone)]
pub struct Saved {
    pub contact: Contact,
    pub labels: Vec<Label>,
}

/// A contact to create. `dedupe` asks to update an existing contact of the same person instead.
#[derive(Debug, Clone)]
pub struct NewContact {
    pub input: ContactInput,
    pub dedupe: bool,
}

impl Service {
    /// Creates a contact.
    ///
    /// # Errors
    /// [`Error::InvalidId`] when the input names a stage or an owner that the team does not have.
    pub async fn create_contact(
        &self,
        caller: &Caller,
        new: NewContact,
        once: Option<Once<Saved>>,
    ) -> Result<Outcome<Saved>> {
        // Everything that needs no transaction is done before one is open: writers wait for each other.
        let fresh = Contact::create(self.next_id(), new.input.clone(), caller.user_id, self.now());
        let fresh = Prepared::new(fresh)?;
        let (service, caller) = (self.clone(), caller.clone());
        let team_id = caller.team_id;
        self.write_once(team_id, once, move |tx| service.create(tx, &caller, &new, &fresh)).await
    }

    /// Writes many new contacts at once, in one transaction.
    ///
    /// # Errors
    /// When the store fails; then none is written.
    pub async fn insert_contacts(
        &self,
        team_id: Id,
        acting_user: Id,
        inputs: Vec<ContactInput>,
    ) -> Result<()> {
        let now = self.now();
        let contacts =
            inputs.into_iter().map(|input| Contact::create(self.next_id(), input, acting_user, now));
        let rows: Vec<_> = contacts.map(Prepared::new).collect::<Result<_>>()?;
        let work = move |tx: &mut Tx<'_>| {
            rows.iter().try_for_each(|row| store::contacts::insert(tx, &team_id, row).map(drop))
        };
        self.store.write(work).await
    }

    /// A contact with the lists it is on.
    ///
    /// # Errors
    /// [`Error::ContactMissing`] when the team has no such contact.
    pub async fn show_contact(&self, caller: &Caller, id: Id) -> Result<Saved> {
        let team_id = caller.team_id;
        self.store
            .read(move |tx| {
                let contact = store::contacts::find(tx, &team_id, &id)?.ok_or(Error::ContactMissing(id))?;
                let mut labels = Vec::with_capacity(contact.details.label_ids.len());
                for label_id in &contact.details.label_ids {
                    labels.extend(store::labels::find(tx, &team_id, label_id)?);
                }
                Ok(Saved { contact, labels })
            })
            .await
    }

    fn create(&self, tx: &mut Tx<'_>, caller: &Caller, new: &NewContact, fresh: &Prepared) -> Result<Saved> {
        let (team, now) = (&caller.team_id, fresh.contact().created_at);
        check_references(tx, team, &new.input)?;
        if new.dedupe
            && let Some(existing) = find_duplicate(tx, team, &new.input, fresh.contact())?
        {
            return self.update(tx, caller, existing, new.input.clone(), now);
        }
        let mut contact = fresh.contact().clone();
        let labels = self.put_on_lists(tx, caller, &mut contact, &new.input.label_names, now)?;
        let row = if labels.is_empty() { fresh } else { &Prepared::new(contact.clone())? };
        contact.contact_stage_id = store::contacts::insert(tx, team, row)?;
        Ok(Saved { contact, labels })
    }

    fn update(
        &self,
        tx: &mut Tx<'_>,
        caller: &Caller,
        mut contact: Contact,
        input: ContactInput,
        now: Timestamp,
    ) -> Result<Saved> {
        let old_keys = contact.keys();
        let label_names = input.label_names.clone();
        contact.update(input, now);
        let labels = self.put_on_lists(tx, caller, &mut contact, &label_names, now)?;
        store::contacts::update(tx, &caller.team_id, &contact, &old_keys)?;
        Ok(Saved { contact, labels })
    }

    /// Makes the contact be on exactly the named lists, which are created where they do not exist; a call that
    /// does not speak of lists changes none. Answers the lists named.
    fn put_on_lists(
        &self,
        tx: &mut Tx<'_>,
        caller: &Caller,
        contact: &mut Contact,
        names: &Patch<Vec<String>>,
        now: Timestamp,
    ) -> Result<Vec<Label>> {
        let team = &caller.team_id;
        let names = match names {
            Patch::Keep => return Ok(Vec::new()),
            Patch::Clear => &[][..],
            Patch::Set(names) => names,
        };
        let before = std::mem::take(&mut contact.details.label_ids);
        // Lists are locked in the order of their names, whatever order a call has them in, so that no two calls wait
        // for each other.
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut labels: Vec<Label> = Vec::with_capacity(sorted.len());
        for name in sorted {
            let (id, user_id) = (self.next_id(), caller.user_id);
            let new =
                Label { id, name: name.clone(), cached_count: 0, user_id, created_at: now, updated_at: now };
            let mut label = store::labels::find_or_insert(tx, team, &new)?;
            if !before.contains(&label.id) {
                label.cached_count = store::labels::change_count(tx, team, &label.id, 1, now)?;
                label.updated_at = now;
            }
            labels.push(label);
        }
        labels.sort_by_key(|label| names.iter().position(|name| *name == label.name));
        contact.details.label_ids = labels.iter().map(|label| label.id).collect();
        for left in before.iter().filter(|id| !contact.details.label_ids.contains(id)) {
            store::labels::change_count(tx, team, left, -1, now)?;
        }
        Ok(labels)
    }
}

/// Ids that the input names must be the team's own.
fn check_references(tx: &mut Tx<'_>, team: &Id, input: &ContactInput) -> Result<()> {
    if let Some(stage) = input.contact_stage_id.value()
        && !store::contact_stages::exists(tx, team, stage)?
    {
        return Err(Error::InvalidId(stage.to_string()));
    }
    if let Some(owner) = input.owner_id.value()
        && store::users::find(tx, team, owner)?.is_none()
    {
        return Err(Error::InvalidId(owner.to_string()));
    }
    Ok(())
}

/// The existing contact of the same person, by Apollo's order: its id, CRM ids, person id, e-mail, name and
/// company; of several, the one created first. Others who look for the same person at this moment wait, so that
/// they find what this call makes.
fn find_duplicate(
    tx: &mut Tx<'_>,
    team: &Id,
    input: &ContactInput,
    fresh: &Contact,
) -> Result<Option<Contact>> {
    if let Some(id) = input.id.value()
        && let Some(contact) = store::contacts::find_for_update(tx, team, id)?
    {
        return Ok(Some(contact));
    }
    let keys = fresh.dedupe_keys();
    let mut locks: Vec<i64> = keys.iter().map(|key| key.fingerprint() ^ team.low_bits()).collect();
    locks.sort_unstable();
    for lock in locks {
        tx.lock(lock)?;
    }
    for key in &keys {
        for candidate in store::contacts::oldest_candidates(tx, team, key)? {
            // Read again under its lock: until then another call may change by which keys it is found.
            let Some(contact) = store::contacts::find_for_update(tx, team, &candidate.id)? else { continue };
            if contact.has_key(key) && !fresh.contradicts(&contact, key) {
                return Ok(Some(contact));
            }
        }
    }
    Ok(None)
}

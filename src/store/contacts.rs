//! Contacts as rows, and the index of keys by which they are found.

use super::tx::{Dialects, Row, Tx, params, to_json};
use crate::model::contact::Contact;
use crate::model::contact_key::{ContactKey, fingerprints_json};
use crate::model::email::Email;
use crate::model::{Id, Result};

/// The most contacts that are looked at behind one key: a key shared by more belongs to nobody in particular.
const MOST_CANDIDATES: i64 = 200;

/// A contact with the texts that its row and its keys hold. Making them takes longer than writing them, so it is
/// done before a transaction is open.
#[derive(Debug, Clone)]
pub struct Prepared {
    contact: Contact,
    details: String,
    fingerprints: String,
}

impl Prepared {
    pub fn new(contact: Contact) -> Result<Self> {
        let details = to_json(&contact.details)?;
        let fingerprints = fingerprints_json(&contact.keys());
        Ok(Self { contact, details, fingerprints })
    }

    #[must_use]
    pub fn contact(&self) -> &Contact {
        &self.contact
    }
}

/// Writes a new contact with its keys. One without a stage gets the team's first; the stage is answered.
pub fn insert(tx: &mut Tx<'_>, team_id: &Id, new: &Prepared) -> Result<Option<Id>> {
    let contact = &new.contact;
    let stage = tx.first(
        "INSERT INTO contacts (team_id, id, first_name, last_name, title, organization_name, email,
            contact_stage_id, owner_id, creator_id, person_id, account_id, created_at, updated_at, details)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,
            COALESCE(?8, (SELECT id FROM contact_stages WHERE team_id = ?1 ORDER BY display_order, id LIMIT 1)),
            ?9, ?10, ?11, ?12, ?13, ?14, ?15)
         RETURNING contact_stage_id",
        params![
            team_id,
            &contact.id,
            contact.first_name.as_ref(),
            contact.last_name.as_ref(),
            contact.title.as_ref(),
            contact.organization_name.as_ref(),
            contact.email.as_ref().map(Email::as_str),
            contact.contact_stage_id.as_ref(),
            contact.owner_id.as_ref(),
            contact.creator_id.as_ref(),
            contact.person_id.as_ref(),
            contact.account_id.as_ref(),
            contact.created_at,
            contact.updated_at,
            &new.details,
        ],
        |row| row.opt_id(0),
    )?;
    insert_keys(tx, team_id, &contact.id, &new.fingerprints)?;
    Ok(stage.flatten())
}

/// Writes a changed contact and its keys.
pub fn update(tx: &mut Tx<'_>, team_id: &Id, contact: &Contact, old_keys: &[ContactKey]) -> Result<()> {
    tx.execute(
        "UPDATE contacts SET first_name = ?3, last_name = ?4, title = ?5, organization_name = ?6, email = ?7,
            contact_stage_id = ?8, owner_id = ?9, creator_id = ?10, person_id = ?11, account_id = ?12,
            updated_at = ?13, details = ?14
         WHERE team_id = ?1 AND id = ?2",
        params![
            team_id,
            &contact.id,
            contact.first_name.as_ref(),
            contact.last_name.as_ref(),
            contact.title.as_ref(),
            contact.organization_name.as_ref(),
            contact.email.as_ref().map(Email::as_str),
            contact.contact_stage_id.as_ref(),
            contact.owner_id.as_ref(),
            contact.creator_id.as_ref(),
            contact.person_id.as_ref(),
            contact.account_id.as_ref(),
            contact.updated_at,
            &to_json(&contact.details)?,
        ],
    )?;
    for key in old_keys {
        tx.execute(
            "DELETE FROM contact_keys WHERE team_id = ?1 AND fingerprint = ?2 AND contact_id = ?3",
            params![team_id, key.fingerprint(), &contact.id],
        )?;
    }
    insert_keys(tx, team_id, &contact.id, &fingerprints_json(&contact.keys()))
}

/// One statement for all keys: on PostgreSQL each statement is a journey over the network.
fn insert_keys(tx: &mut Tx<'_>, team_id: &Id, contact_id: &Id, fingerprints: &str) -> Result<()> {
    tx.execute(
        Dialects {
            sqlite: "INSERT INTO contact_keys (team_id, fingerprint, contact_id)
                     SELECT ?1, value, ?2 FROM json_each(?3)",
            postgres: "INSERT INTO contact_keys (team_id, fingerprint, contact_id)
                       SELECT ?1, value::bigint, ?2 FROM json_array_elements_text(?3::text::json)",
        },
        params![team_id, contact_id, fingerprints],
    )?;
    Ok(())
}

/// The columns that [`from_row`] reads, of a table called `c`.
macro_rules! columns {
    () => {
        "c.id, c.first_name, c.last_name, c.title, c.organization_name, c.email, c.contact_stage_id, c.owner_id,
         c.creator_id, c.person_id, c.account_id, c.created_at, c.updated_at, c.details"
    };
}

pub fn find(tx: &mut Tx<'_>, team_id: &Id, id: &Id) -> Result<Option<Contact>> {
    let sql = concat!("SELECT ", columns!(), " FROM contacts c WHERE c.team_id = ?1 AND c.id = ?2");
    tx.first(sql, params![team_id, id], from_row)
}

/// As [`find`], and keeps other writers from changing the contact until this transaction ends.
pub fn find_for_update(tx: &mut Tx<'_>, team_id: &Id, id: &Id) -> Result<Option<Contact>> {
    let sql = Dialects {
        sqlite: concat!("SELECT ", columns!(), " FROM contacts c WHERE c.team_id = ?1 AND c.id = ?2"),
        postgres: concat!(
            "SELECT ",
            columns!(),
            " FROM contacts c WHERE c.team_id = ?1 AND c.id = ?2 FOR UPDATE"
        ),
    };
    tx.first(sql, params![team_id, id], from_row)
}

/// The contacts that a key may lead to, the one updated last first.
pub fn candidates(tx: &mut Tx<'_>, team_id: &Id, key: &ContactKey) -> Result<Vec<Contact>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM (SELECT contact_id FROM contact_keys WHERE team_id = ?1 AND fingerprint = ?2
                ORDER BY contact_id DESC LIMIT ?3) AS k
          JOIN contacts c ON c.team_id = ?1 AND c.id = k.contact_id"
    );
    let mut contacts = tx.query(sql, params![team_id, key.fingerprint(), MOST_CANDIDATES], from_row)?;
    contacts.sort_by_key(|contact| std::cmp::Reverse((contact.updated_at, contact.id)));
    Ok(contacts)
}

/// The contacts that a key may lead to, the one created first at the beginning.
pub fn oldest_candidates(tx: &mut Tx<'_>, team_id: &Id, key: &ContactKey) -> Result<Vec<Contact>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM (SELECT contact_id FROM contact_keys WHERE team_id = ?1 AND fingerprint = ?2
                ORDER BY contact_id LIMIT ?3) AS k
          JOIN contacts c ON c.team_id = ?1 AND c.id = k.contact_id"
    );
    let mut contacts = tx.query(sql, params![team_id, key.fingerprint(), MOST_CANDIDATES], from_row)?;
    contacts.sort_by_key(|contact| (contact.created_at, contact.id));
    Ok(contacts)
}

/// How many contacts a team has.
pub fn count(tx: &mut Tx<'_>, team_id: &Id) -> Result<i64> {
    let count =
        tx.first("SELECT COUNT(*) FROM contacts WHERE team_id = ?1", params![team_id], |row| row.integer(0))?;
    Ok(count.unwrap_or_default())
}

fn from_row(row: &Row<'_>) -> Result<Contact> {
    Ok(Contact {
        id: row.id(0)?,
        first_name: row.opt_text(1)?,
        last_name: row.opt_text(2)?,
        title: row.opt_text(3)?,
        organization_name: row.opt_text(4)?,
        email: row.opt_text(5)?.map(Email::from_stored),
        contact_stage_id: row.opt_id(6)?,
        owner_id: row.opt_id(7)?,
        creator_id: row.opt_id(8)?,
        person_id: row.opt_id(9)?,
        account_id: row.opt_id(10)?,
        created_at: row.time(11)?,
        updated_at: row.time(12)?,
        details: row.json(13)?,
    })
}

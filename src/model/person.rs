//! Asking for a person: the identifiers a caller gives, and the keys that they lead to.

use super::contact::{Contact, differ};
use super::contact_key::ContactKey;
use super::email::Email;
use super::{Id, domain, name};

/// What is known of the person who is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonQuery {
    pub id: Option<Id>,
    pub email: Option<Email>,
    pub hashed_email: Option<String>,
    pub linkedin_url: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// The full name, instead of the two parts.
    pub name: Option<String>,
    pub organization_name: Option<String>,
    pub domain: Option<String>,
}

impl PersonQuery {
    /// Keys that identify a person alone, strongest first: person id, e-mail or its hash, profile URL (Apollo,
    /// *People Enrichment*).
    #[must_use]
    pub fn strong_keys(&self) -> Vec<ContactKey> {
        let mut keys = Vec::with_capacity(4);
        keys.extend(self.id.as_ref().map(ContactKey::person));
        keys.extend(self.email.as_ref().map(ContactKey::email));
        keys.extend(self.hashed_email.as_deref().and_then(ContactKey::hashed_email));
        keys.extend(self.linkedin_url.as_deref().and_then(ContactKey::linkedin));
        keys
    }

    /// Keys of a name at a company: by its domain, then by its name.
    #[must_use]
    pub fn name_keys(&self) -> Vec<ContactKey> {
        let mut keys = Vec::with_capacity(2);
        if let Some(name) = self.full_name() {
            let folded = name::fold(&name);
            let at_domain = self.domain.as_deref().and_then(domain::from_website);
            keys.extend(at_domain.and_then(|domain| ContactKey::name_at_domain(&folded, &domain)));
            let company = self.organization_name.as_deref();
            keys.extend(company.and_then(|company| ContactKey::name_at_company(&folded, company)));
        }
        keys
    }

    /// Whether the contact is known by another strong identifier than the one asked for. Such a contact must not
    /// be found by its name: a wrong person shown is worse than a miss.
    #[must_use]
    pub fn contradicts(&self, contact: &Contact) -> bool {
        let known_email = contact.email.as_ref();
        let asked_hash = self.hashed_email.as_deref().and_then(ContactKey::hashed_email);
        let hash_differs = asked_hash.is_some_and(|asked| {
            known_email.is_some_and(|known| !ContactKey::of_email(known).contains(&asked))
        });
        let linkedin = |url: &Option<String>| url.as_deref().and_then(ContactKey::linkedin);
        hash_differs
            || self.names_another_person(contact)
            || differ(
                self.email.as_ref().map(Email::canonical).as_ref(),
                known_email.map(Email::canonical).as_ref(),
            )
            || differ(linkedin(&self.linkedin_url).as_ref(), linkedin(&contact.details.linkedin_url).as_ref())
    }

    /// Whether the contact is made from another person than the one asked for by id, the strongest identifier.
    #[must_use]
    pub fn names_another_person(&self, contact: &Contact) -> bool {
        differ(self.id.as_ref(), contact.person_id.as_ref())
    }

    /// Whether nothing at all was given by which somebody could be found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The two parts where both are there, else the full name.
    fn full_name(&self) -> Option<String> {
        let parts = self.first_name.as_deref().zip(self.last_name.as_deref());
        parts.and_then(|(first, last)| name::full_name(Some(first), Some(last))).or_else(|| self.name.clone())
    }
}

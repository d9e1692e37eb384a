//! A contact: a person that a team keeps. What it holds, how a caller's input changes it, and by which keys it is
//! found again. It does not know how it is stored or how Apollo's wire spells it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::contact_input::ContactInput;
use super::contact_key::{self, ContactKey};
use super::email::Email;
use super::phone::Phone;
use super::place::{self, Place};
use super::{Id, Patch, Timestamp, domain, name};

/// One contact of a team. The fields here are those that queries and joins need; the rest is in [`Details`].
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    pub id: Id,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub title: Option<String>,
    pub organization_name: Option<String>,
    pub email: Option<Email>,
    pub contact_stage_id: Option<Id>,
    pub owner_id: Option<Id>,
    pub creator_id: Option<Id>,
    pub person_id: Option<Id>,
    pub account_id: Option<Id>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub details: Details,
}

/// The long tail of a contact, stored as one JSON text in which absent fields take no room.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linkedin_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twitter_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facebook_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub present_raw_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salesforce_lead_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salesforce_contact_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salesforce_account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hubspot_vid: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Phone>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub label_ids: Vec<Id>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub typed_custom_fields: Map<String, Value>,
    /// `verified` once the caller has supplied an address; kept as it is when that address is replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_status: Option<String>,
    /// True from creation until the first update, as Apollo reports it.
    pub queued_for_crm_push: bool,
}

impl Contact {
    /// A new contact, owned and made by the acting user. Its stage is decided by the store's default if the input
    /// names none.
    #[must_use]
    pub fn create(id: Id, input: ContactInput, acting_user: Id, now: Timestamp) -> Self {
        let mut contact = Self {
            id,
            first_name: None,
            last_name: None,
            title: None,
            organization_name: None,
            email: None,
            contact_stage_id: None,
            owner_id: Some(acting_user),
            creator_id: Some(acting_user),
            person_id: None,
            account_id: None,
            created_at: now,
            updated_at: now,
            details: Details::default(),
        };
        contact.update(input, now);
        contact.owner_id = contact.owner_id.or(Some(acting_user)); // a blank owner is no owner named
        contact.details.queued_for_crm_push = true;
        contact
    }

    /// Changes what the input mentions: a value overwrites, an explicitly empty one clears, the rest stays.
    /// `person_id` and the Salesforce ids are protected once set (Apollo, *Create a Contact*, deduplication).
    pub fn update(&mut self, input: ContactInput, now: Timestamp) {
        input.first_name.apply(&mut self.first_name);
        input.last_name.apply(&mut self.last_name);
        input.title.apply(&mut self.title);
        input.organization_name.apply(&mut self.organization_name);
        input.contact_stage_id.apply(&mut self.contact_stage_id);
        input.owner_id.apply(&mut self.owner_id);
        input.account_id.apply(&mut self.account_id);
        input.person_id.apply_once(&mut self.person_id);
        let details = &mut self.details;
        if matches!(input.email, Patch::Set(_)) && self.email.is_none() {
            details.email_status = Some("verified".to_owned());
        }
        input.email.apply(&mut self.email);
        if self.email.is_none() {
            details.email_status = None;
        }
        input.organization_id.apply(&mut details.organization_id);
        input.website_url.apply(&mut details.website_url);
        input.linkedin_url.apply(&mut details.linkedin_url);
        input.twitter_url.apply(&mut details.twitter_url);
        input.facebook_url.apply(&mut details.facebook_url);
        // Apollo: a photo from LinkedIn never replaces one that is set.
        let is_from_linkedin = input.photo_url.value().is_some_and(|url| url.contains("licdn.com"));
        if !(is_from_linkedin && details.photo_url.is_some()) {
            input.photo_url.apply(&mut details.photo_url);
        }
        input.headline.apply(&mut details.headline);
        input.salesforce_lead_id.apply_once(&mut details.salesforce_lead_id);
        input.salesforce_contact_id.apply_once(&mut details.salesforce_contact_id);
        input.salesforce_account_id.apply(&mut details.salesforce_account_id);
        input.hubspot_vid.apply(&mut details.hubspot_vid);
        details.move_to(input.present_raw_address, input.city, input.state, input.country);
        input.postal_code.apply(&mut details.postal_code);
        details.change_phones(input.phone_numbers, input.phones);
        for (field, value) in input.typed_custom_fields {
            if value.is_null() {
                details.typed_custom_fields.remove(&field);
            } else {
                details.typed_custom_fields.insert(field, value);
            }
        }
        details.queued_for_crm_push = false;
        self.updated_at = now;
    }

    #[must_use]
    pub fn name(&self) -> Option<String> {
        name::full_name(self.first_name.as_deref(), self.last_name.as_deref())
    }

    /// The domain that speaks for the contact's employer: of the address, else of the web site (Apollo: a valid
    /// e-mail wins over `website_url`).
    #[must_use]
    pub fn company_domain(&self) -> Option<String> {
        let of_email = self.email.as_ref().filter(|email| !email.is_free());
        of_email
            .and_then(|email| domain::registrable(email.domain()))
            .or_else(|| self.details.website_url.as_deref().and_then(domain::from_website))
    }

    /// Every key by which this contact is found.
    #[must_use]
    pub fn keys(&self) -> Vec<ContactKey> {
        let mut keys = self.dedupe_keys();
        if let Some(email) = &self.email {
            keys.extend(ContactKey::of_email(email));
        }
        keys.extend(self.details.linkedin_url.as_deref().and_then(ContactKey::linkedin));
        contact_key::distinct(keys)
    }

    /// Whether this contact is found by the key. The e-mail is looked at first: most questions ask for it, and the
    /// other keys take longer to make.
    #[must_use]
    pub fn has_key(&self, key: &ContactKey) -> bool {
        self.email.as_ref().is_some_and(|email| ContactKey::of_email(email).contains(key))
            || self.keys().contains(key)
    }

    /// The keys that make two contacts duplicates, in the order in which Apollo tries them: CRM ids, person id,
    /// e-mail, name at the same company (*Create a Contact*, deduplication).
    #[must_use]
    pub fn dedupe_keys(&self) -> Vec<ContactKey> {
        let details = &self.details;
        let mut keys = Vec::with_capacity(8);
        keys.extend(details.salesforce_lead_id.as_deref().map(ContactKey::salesforce_lead));
        keys.extend(details.salesforce_contact_id.as_deref().map(ContactKey::salesforce_contact));
        keys.extend(details.hubspot_vid.as_deref().map(ContactKey::hubspot));
        keys.extend(self.person_id.as_ref().map(ContactKey::person));
        keys.extend(self.email.as_ref().map(ContactKey::email));
        keys.extend(self.name_keys());
        keys
    }

    /// Keys of the name at each thing that stands for the company, in Apollo's order.
    fn name_keys(&self) -> Vec<ContactKey> {
        let Some(name) = self.name() else { return Vec::new() };
        let name = name::fold(&name);
        let mut keys = Vec::with_capacity(3);
        keys.extend(self.company_domain().and_then(|domain| ContactKey::name_at_domain(&name, &domain)));
        let organization = self.details.organization_id.as_ref();
        keys.extend(organization.and_then(|id| ContactKey::name_at_organization(&name, id)));
        let company = self.organization_name.as_deref();
        keys.extend(company.and_then(|company| ContactKey::name_at_company(&name, company)));
        keys
    }

    /// Whether another contact, found by `key`, is known to be somebody else. Only a name can mislead so: a namesake
    /// at the same company has a person id, CRM id or profile of their own. The e-mail does not count, because
    /// Apollo lets a deduplicated contact change it.
    #[must_use]
    pub fn contradicts(&self, other: &Self, key: &ContactKey) -> bool {
        let profile = |contact: &Self| contact.details.linkedin_url.as_deref().and_then(ContactKey::linkedin);
        let (mine, theirs) = (&self.details, &other.details);
        self.name_keys().contains(key)
            && (differ(self.person_id.as_ref(), other.person_id.as_ref())
                || differ(mine.salesforce_lead_id.as_ref(), theirs.salesforce_lead_id.as_ref())
                || differ(mine.salesforce_contact_id.as_ref(), theirs.salesforce_contact_id.as_ref())
                || differ(mine.hubspot_vid.as_ref(), theirs.hubspot_vid.as_ref())
                || differ(profile(self).as_ref(), profile(other).as_ref()))
    }
}

/// Whether both are known and are not the same.
pub(super) fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    one.is_some() && other.is_some() && one != other
}

impl Details {
    /// A new address replaces the place read from the old one; a place that the caller states wins over both.
    fn move_to(
        &mut self,
        address: Patch<String>,
        city: Patch<String>,
        state: Patch<String>,
        country: Patch<String>,
    ) {
        let stated = [&city, &state, &country].iter().any(|part| **part != Patch::Keep);
        if address != Patch::Keep {
            let place = address.value().map(|text| place::parse(text)).unwrap_or_default();
            Place { city: self.city, state: self.state, country: self.country, time_zone: self.time_zone } =
                place;
            address.apply(&mut self.present_raw_address);
        }
        if stated {
            city.apply(&mut self.city);
            state.apply(&mut self.state);
            country.apply(&mut self.country);
            let parts = [&self.city, &self.state, &self.country];
            let text = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ");
            self.time_zone = place::parse(&text).time_zone;
        }
    }

    /// A single number replaces the stored one of its type. A whole list replaces all that is stored; single
    /// numbers sent beside it come first, and a number that is sent twice is kept once.
    fn change_phones(&mut self, list: Patch<Vec<Phone>>, singles: super::contact_input::Phones) {
        if list != Patch::Keep {
            self.phones.clear();
        }
        for (kind, raw) in singles.in_order() {
            let place = self.phones.iter().position(|phone| phone.kind == kind);
            match (raw, place) {
                (Patch::Keep, _) | (Patch::Clear, None) => {}
                (Patch::Clear, Some(place)) => {
                    self.phones.remove(place);
                }
                (Patch::Set(raw), Some(place)) => self.phones[place] = Phone::new(raw, kind),
                (Patch::Set(raw), None) => self.phones.push(Phone::new(raw, kind)),
            }
        }
        if let Patch::Set(list) = list {
            for phone in list {
                if !self.phones.contains(&phone) {
                    self.phones.push(phone);
                }
            }
        }
    }
}

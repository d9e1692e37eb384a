//! What a caller says about a contact, field by field, when creating or updating one. Values are already typed and
//! checked; how they were spelled on the wire is not known here.

use serde_json::{Map, Value};

use super::email::Email;
use super::phone::{Phone, PhoneType};
use super::{Id, Patch};

/// The input for one contact. Everything is optional: Apollo requires no field.
#[derive(Debug, Clone, Default)]
pub struct ContactInput {
    /// The contact to update when deduplicating; never the id of a new one.
    pub id: Patch<Id>,
    pub first_name: Patch<String>,
    pub last_name: Patch<String>,
    pub title: Patch<String>,
    pub organization_name: Patch<String>,
    pub email: Patch<Email>,
    pub website_url: Patch<String>,
    pub linkedin_url: Patch<String>,
    pub twitter_url: Patch<String>,
    pub facebook_url: Patch<String>,
    pub photo_url: Patch<String>,
    pub headline: Patch<String>,
    pub present_raw_address: Patch<String>,
    pub city: Patch<String>,
    pub state: Patch<String>,
    pub country: Patch<String>,
    pub postal_code: Patch<String>,
    pub contact_stage_id: Patch<Id>,
    pub owner_id: Patch<Id>,
    pub account_id: Patch<Id>,
    pub person_id: Patch<Id>,
    pub organization_id: Patch<Id>,
    pub salesforce_lead_id: Patch<String>,
    pub salesforce_contact_id: Patch<String>,
    pub salesforce_account_id: Patch<String>,
    pub hubspot_vid: Patch<String>,
    pub phones: Phones,
    /// The whole list of numbers at once; numbers of the other parameters are added to it.
    pub phone_numbers: Patch<Vec<Phone>>,
    /// Names of lists; those that do not exist are created.
    pub label_names: Patch<Vec<String>>,
    /// By field id; a null removes the stored value.
    pub typed_custom_fields: Map<String, Value>,
}

/// The five phone parameters, as sent.
#[derive(Debug, Clone, Default)]
pub struct Phones {
    pub direct: Patch<String>,
    pub mobile: Patch<String>,
    pub corporate: Patch<String>,
    pub home: Patch<String>,
    pub other: Patch<String>,
}

impl Phones {
    /// In the order of their positions on the wire: Apollo shows the direct number first, then the mobile one.
    #[must_use]
    pub fn in_order(self) -> [(PhoneType, Patch<String>); 5] {
        [
            (PhoneType::WorkDirect, self.direct),
            (PhoneType::Mobile, self.mobile),
            (PhoneType::WorkHq, self.corporate),
            (PhoneType::Home, self.home),
            (PhoneType::Other, self.other),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Timestamp;
    use super::super::contact::Contact;
    use super::super::id::IdGenerator;
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_738_555_506_789);
    const LATER: Timestamp = Timestamp::from_millis(1_738_555_507_000);

    fn text(value: &str) -> Patch<String> {
        Patch::Set(value.to_owned())
    }

    fn mark() -> Contact {
        let ids = IdGenerator::new([0; 5], 1);
        let input = ContactInput {
            first_name: text("Mark"),
            last_name: text("Twain"),
            email: Patch::Set(Email::parse("mark@writers.test").unwrap()),
            person_id: Patch::Set(ids.next(NOW)),
            phones: Phones {
                direct: text("555-123-4567"),
                mobile: text("555-765-4321"),
                ..Phones::default()
            },
            ..ContactInput::default()
        };
        Contact::create(ids.next(NOW), input, ids.next(NOW), NOW)
    }

    #[test]
    fn a_new_contact_is_fresh() {
        let contact = mark();
        assert_eq!(contact.name().as_deref(), Some("Mark Twain"));
        assert_eq!(contact.details.email_status.as_deref(), Some("verified"));
        assert!(contact.details.queued_for_crm_push);
        let kinds: Vec<_> = contact.details.phones.iter().map(|phone| phone.kind).collect();
        assert_eq!(kinds, [PhoneType::WorkDirect, PhoneType::Mobile]);
    }

    #[test]
    fn an_update_overwrites_keeps_and_clears() {
        let mut contact = mark();
        let person = contact.person_id;
        let input = ContactInput {
            first_name: text("Samuel"),
            last_name: Patch::Clear,
            email: Patch::Set(Email::parse("sam@writers.test").unwrap()),
            person_id: Patch::Set(contact.id),
            phones: Phones { mobile: text("555-000-0000"), direct: Patch::Clear, ..Phones::default() },
            ..ContactInput::default()
        };
        contact.details.email_status = Some("extrapolated".to_owned());
        contact.update(input, LATER);
        assert_eq!(contact.name().as_deref(), Some("Samuel"));
        assert_eq!(contact.email.as_ref().map(Email::as_str), Some("sam@writers.test"));
        assert_eq!(contact.details.email_status.as_deref(), Some("extrapolated"), "left as it was");
        assert_eq!(contact.person_id, person, "protected once set");
        assert_eq!(contact.details.phones, [Phone::new("555-000-0000".to_owned(), PhoneType::Mobile)]);
        assert!(!contact.details.queued_for_crm_push);
        assert_eq!((contact.created_at, contact.updated_at), (NOW, LATER));
    }

    #[test]
    fn an_address_gives_a_place_and_a_stated_place_wins() {
        let mut contact = mark();
        let input = ContactInput { present_raw_address: text("Berlin, Germany"), ..ContactInput::default() };
        contact.update(input, LATER);
        assert_eq!(contact.details.country.as_deref(), Some("Germany"));
        assert_eq!(contact.details.time_zone.as_deref(), Some("Europe/Berlin"));
        contact.update(ContactInput { city: text("Potsdam"), ..ContactInput::default() }, LATER);
        assert_eq!(contact.details.city.as_deref(), Some("Potsdam"));
        assert_eq!(contact.details.country.as_deref(), Some("Germany"));
        contact.update(ContactInput { present_raw_address: Patch::Clear, ..ContactInput::default() }, LATER);
        assert_eq!((contact.details.city, contact.details.time_zone), (None, None));
    }
}

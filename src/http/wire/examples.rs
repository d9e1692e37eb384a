//! The examples of the OpenAPI document, made by the same code that makes real answers, so that they cannot drift
//! from them.

use serde_json::{Value, json};

use super::contact::WireContact;
use super::person::WirePerson;
use crate::model::contact::Contact;
use crate::model::contact_input::{ContactInput, Phones};
use crate::model::email::Email;
use crate::model::id::IdGenerator;
use crate::model::{Patch, Timestamp};

/// The tutorial's parameters.
pub fn contact_params() -> Value {
    json!({
        "first_name": "Mark", "last_name": "Twain", "organization_name": "Great American Writers Co.",
        "email": "mark@greatamericanwriters.com", "website_url": "https://www.greatamericanwriters.com",
        "direct_phone": "555-123-4567", "mobile_phone": "555-765-4321",
    })
}

/// The answer to them.
pub fn contact_answer() -> Value {
    json!({ "contact": WireContact::from(&mark()), "labels": [] })
}

/// The answer when the same person is matched.
pub fn match_answer() -> Value {
    json!({ "person": WirePerson::from(&mark()), "request_id": 4_123_456_789_012_345_i64 })
}

fn mark() -> Contact {
    let now = Timestamp::from_millis(1_738_555_506_789);
    let ids = IdGenerator::new([0x10, 0x32, 0x54, 0x76, 0x98], 0);
    let (acting_user, stage, id) = (ids.next(now), ids.next(now), ids.next(now));
    let text = |text: &str| Patch::Set(text.to_owned());
    let input = ContactInput {
        first_name: text("Mark"),
        last_name: text("Twain"),
        organization_name: text("Great American Writers Co."),
        email: Patch::Set(Email::from_stored("mark@greatamericanwriters.com".to_owned())),
        website_url: text("https://www.greatamericanwriters.com"),
        contact_stage_id: Patch::Set(stage),
        phones: Phones { direct: text("555-123-4567"), mobile: text("555-765-4321"), ..Phones::default() },
        ..ContactInput::default()
    };
    Contact::create(id, input, acting_user, now)
}

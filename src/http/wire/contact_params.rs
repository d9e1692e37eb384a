//! The parameters of a contact, in every name that clients use for them, and how they become the input of the
//! model. What is left out is told to the caller as a warning, never dropped in silence.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::http::lenient::{Flag, Text, TextList};
use crate::http::params::kind;
use crate::model::contact_input::{ContactInput, Phones};
use crate::model::email::Email;
use crate::model::phone::{Phone, PhoneType};
use crate::model::{Error, Id, Patch, Result, domain};

/// The longest name of a list; the store has an index on it.
const LONGEST_LABEL: usize = 255;

/// The most lists in one call, and the most numbers of one contact.
const MOST_ENTRIES: usize = 100;

/// The parameters of `POST /contacts`. None is required; unknown ones are ignored.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CreateContact)]
pub struct ContactParams {
    #[schema(value_type = Option<String>, example = "Mark")]
    first_name: Text,
    #[schema(value_type = Option<String>, example = "Twain")]
    last_name: Text,
    #[schema(value_type = Option<String>, example = "Great American Writers Co.")]
    organization_name: Text,
    /// Another name for `organization_name`.
    #[schema(value_type = Option<String>)]
    company_name: Text,
    #[schema(value_type = Option<String>)]
    title: Text,
    /// The account that the contact belongs to: 24 hexadecimal characters.
    #[schema(value_type = Option<String>)]
    account_id: Text,
    /// A malformed address is left out of the contact, and the `Rolo-Warning` header says so.
    #[schema(value_type = Option<String>, example = "mark@greatamericanwriters.com")]
    email: Text,
    /// The employer's site. Angle brackets around it are stripped.
    #[schema(value_type = Option<String>, example = "https://www.greatamericanwriters.com")]
    website_url: Text,
    /// Names of lists to put the contact on; those that do not exist are created.
    #[schema(value_type = Option<Vec<String>>, example = json!(["Writers"]))]
    label_names: TextList,
    /// A stage of the team; without one the contact gets the first.
    #[schema(value_type = Option<String>)]
    contact_stage_id: Text,
    /// Free text; city, state, country and time zone are told from it where they can be told.
    #[schema(value_type = Option<String>, example = "Hartford, Connecticut, United States")]
    present_raw_address: Text,
    #[schema(value_type = Option<String>)]
    city: Text,
    #[schema(value_type = Option<String>)]
    state: Text,
    #[schema(value_type = Option<String>)]
    country: Text,
    #[schema(value_type = Option<String>)]
    postal_code: Text,
    /// Becomes the number of type `work_direct`.
    #[schema(value_type = Option<String>, example = "555-123-4567")]
    direct_phone: Text,
    /// Becomes the number of type `mobile`.
    #[schema(value_type = Option<String>, example = "555-765-4321")]
    mobile_phone: Text,
    /// Becomes the number of type `work_hq`.
    #[schema(value_type = Option<String>)]
    corporate_phone: Text,
    /// Becomes the number of type `home`.
    #[schema(value_type = Option<String>)]
    home_phone: Text,
    /// Becomes the number of type `other`.
    #[schema(value_type = Option<String>)]
    other_phone: Text,
    /// Another name for `other_phone`.
    #[schema(value_type = Option<String>)]
    phone: Text,
    /// The whole list of numbers at once.
    #[schema(value_type = Option<Vec<PhoneParams>>)]
    phone_numbers: PhoneList,
    /// Values of custom fields by field id.
    #[schema(value_type = Option<Object>)]
    typed_custom_fields: Option<Value>,
    /// Update the contact of the same person, if there is one, instead of creating another.
    #[schema(value_type = Option<bool>, default = false)]
    pub run_dedupe: Flag,
    /// With `run_dedupe`, the contact to update.
    #[schema(value_type = Option<String>)]
    id: Text,
    /// A user of the team; without one the acting user owns the contact.
    #[schema(value_type = Option<String>)]
    owner_id: Text,
    #[schema(value_type = Option<String>)]
    person_id: Text,
    #[schema(value_type = Option<String>)]
    organization_id: Text,
    #[schema(value_type = Option<String>)]
    linkedin_url: Text,
    #[schema(value_type = Option<String>)]
    twitter_url: Text,
    #[schema(value_type = Option<String>)]
    facebook_url: Text,
    #[schema(value_type = Option<String>)]
    photo_url: Text,
    #[schema(value_type = Option<String>)]
    headline: Text,
    #[schema(value_type = Option<String>)]
    salesforce_lead_id: Text,
    #[schema(value_type = Option<String>)]
    salesforce_contact_id: Text,
    #[schema(value_type = Option<String>)]
    salesforce_account_id: Text,
    #[schema(value_type = Option<String>)]
    hubspot_vid: Text,
}

/// The whole list of numbers, if it was sent.
#[derive(Debug, Default)]
struct PhoneList(Option<Vec<PhoneParams>>);

impl<'de> Deserialize<'de> for PhoneList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Option::<Value>::deserialize(deserializer)? {
            None | Some(Value::Null) => Ok(Self(None)),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(Self(None)),
            Some(Value::Array(mut entries)) => {
                // A bare text is a number without a type.
                for entry in entries.iter_mut().filter(|entry| !entry.is_object()) {
                    *entry = serde_json::json!({ "raw_number": entry.take() });
                }
                let entries = serde_path_to_error::deserialize(Value::Array(entries));
                entries.map(|entries| Self(Some(entries))).map_err(|error| {
                    D::Error::custom(format!(
                        "holds an entry that cannot be read: {} {}",
                        error.path(),
                        error.inner()
                    ))
                })
            }
            Some(other) => Err(D::Error::custom(format!(
                "must be a list of objects such as {{\"raw_number\": \"555-123-4567\", \"type\": \"mobile\"}}, not {}",
                kind(&other)
            ))),
        }
    }
}

/// One entry of `phone_numbers`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PhoneNumberParams)]
pub struct PhoneParams {
    #[schema(value_type = String, example = "555-123-4567")]
    raw_number: Text,
    /// `work_direct`, `mobile`, `work_hq`, `home` or `other`.
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>, example = "mobile")]
    kind: Text,
}

impl ContactParams {
    /// The input for the model, and what the caller should know about it.
    ///
    /// # Errors
    /// [`Error::InvalidId`] for a malformed id, [`Error::Invalid`] for too long a list.
    pub fn into_input(self) -> Result<(ContactInput, Vec<String>)> {
        let mut warnings = Vec::new();
        if self.other_phone.0.value().is_some() && self.phone.0.value().is_some() {
            warnings.push(
                "phone: another name for other_phone, which was sent as well; left out of the contact"
                    .to_owned(),
            );
        }
        let input = ContactInput {
            id: id(self.id)?,
            first_name: self.first_name.0,
            last_name: self.last_name.0,
            title: self.title.0,
            organization_name: self.organization_name.0.or(self.company_name.0),
            email: email(self.email, &mut warnings),
            website_url: website(self.website_url, &mut warnings),
            linkedin_url: self.linkedin_url.0,
            twitter_url: self.twitter_url.0,
            facebook_url: self.facebook_url.0,
            photo_url: self.photo_url.0,
            headline: self.headline.0,
            present_raw_address: self.present_raw_address.0,
            city: self.city.0,
            state: self.state.0,
            country: self.country.0,
            postal_code: self.postal_code.0,
            contact_stage_id: id(self.contact_stage_id)?,
            owner_id: id(self.owner_id)?,
            account_id: id(self.account_id)?,
            person_id: id(self.person_id)?,
            organization_id: id(self.organization_id)?,
            salesforce_lead_id: self.salesforce_lead_id.0,
            salesforce_contact_id: self.salesforce_contact_id.0,
            salesforce_account_id: self.salesforce_account_id.0,
            hubspot_vid: self.hubspot_vid.0,
            phones: Phones {
                direct: self.direct_phone.0,
                mobile: self.mobile_phone.0,
                corporate: self.corporate_phone.0,
                home: self.home_phone.0,
                other: self.other_phone.0.or(self.phone.0),
            },
            phone_numbers: phone_numbers(self.phone_numbers)?,
            label_names: label_names(self.label_names)?,
            typed_custom_fields: typed_custom_fields(self.typed_custom_fields)?,
        };
        Ok((input, warnings))
    }
}

/// Reads an id in Apollo's way: a malformed one is refused by its value.
pub fn id(text: Text) -> Result<Patch<Id>> {
    Ok(match text.0 {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(text) => Patch::Set(text.parse().map_err(|_| Error::InvalidId(text.clone()))?),
    })
}

fn email(text: Text, warnings: &mut Vec<String>) -> Patch<Email> {
    let text = match text.0 {
        Patch::Keep => return Patch::Keep,
        Patch::Clear => return Patch::Clear,
        Patch::Set(text) => text,
    };
    match Email::parse(&text) {
        Ok(email) => Patch::Set(email),
        Err(why) => {
            let why = ascii(&why);
            warnings.push(format!("email: not a valid e-mail address ({why}); left out of the contact"));
            Patch::Keep
        }
    }
}

fn website(text: Text, warnings: &mut Vec<String>) -> Patch<String> {
    match text.0 {
        Patch::Set(text) => {
            let site = domain::strip_brackets(&text);
            if domain::is_website(site) {
                return Patch::Set(site.to_owned());
            }
            warnings.push("website_url: not the address of a web site; left out of the contact".to_owned());
            Patch::Keep
        }
        other => other,
    }
}

fn phone_numbers(list: PhoneList) -> Result<Patch<Vec<Phone>>> {
    let Some(list) = list.0 else { return Ok(Patch::Keep) };
    if list.len() > MOST_ENTRIES {
        return Err(Error::invalid("phone_numbers", format!("holds more than {MOST_ENTRIES} numbers")));
    }
    let phones = list.into_iter().filter_map(|params| {
        let kind = params.kind.into_value().map_or(PhoneType::Other, |text| PhoneType::parse(&text));
        params.raw_number.into_value().map(|raw| Phone::new(raw, kind))
    });
    Ok(Patch::Set(phones.collect()))
}

fn label_names(list: TextList) -> Result<Patch<Vec<String>>> {
    if let Patch::Set(names) = &list.0 {
        if names.len() > MOST_ENTRIES {
            return Err(Error::invalid("label_names", format!("holds more than {MOST_ENTRIES} lists")));
        }
        if names.iter().any(|name| name.chars().count() > LONGEST_LABEL) {
            let what = format!("holds a name of more than {LONGEST_LABEL} characters");
            return Err(Error::invalid("label_names", what));
        }
    }
    Ok(list.0)
}

fn typed_custom_fields(value: Option<Value>) -> Result<Map<String, Value>> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Map::new()),
        Some(Value::Object(fields)) => Ok(fields),
        Some(_) => {
            let what =
                "must be an object of values by field id, such as {\"6650a1b2c3d4e5f6a7b8c9d0\": \"blue\"}";
            Err(Error::invalid("typed_custom_fields", what))
        }
    }
}

/// A header may hold no more than ASCII.
fn ascii(text: &str) -> String {
    text.chars().filter(|character| character.is_ascii() && !character.is_ascii_control()).collect()
}

//! The parameters that describe a person to be found.

use serde::Deserialize;
use utoipa::ToSchema;

use super::contact_params::id;
use crate::http::lenient::Text;
use crate::model::email::Email;
use crate::model::person::PersonQuery;
use crate::model::{Error, Result};

/// The parameters of `POST /people/match`. `id`, `email`, `hashed_email` and `linkedin_url` each identify a person
/// alone; a name needs `domain` or `organization_name` beside it. Unknown parameters are ignored.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MatchPerson)]
pub struct PersonParams {
    /// The id of a person or of a contact.
    #[schema(value_type = Option<String>)]
    id: Text,
    #[schema(value_type = Option<String>, example = "mark@greatamericanwriters.com")]
    email: Text,
    /// MD5 or SHA-256 of the address in lower case, in hexadecimal digits.
    #[schema(value_type = Option<String>)]
    hashed_email: Text,
    #[schema(value_type = Option<String>)]
    linkedin_url: Text,
    #[schema(value_type = Option<String>)]
    first_name: Text,
    #[schema(value_type = Option<String>)]
    last_name: Text,
    /// The full name, instead of `first_name` and `last_name`.
    #[schema(value_type = Option<String>)]
    name: Text,
    #[schema(value_type = Option<String>)]
    organization_name: Text,
    /// The employer's domain, such as `greatamericanwriters.com`.
    #[schema(value_type = Option<String>)]
    domain: Text,
    /// Another name for `domain`.
    #[schema(value_type = Option<String>)]
    organization_domain: Text,
}

impl PersonParams {
    /// The query, and what the caller should know about it.
    ///
    /// # Errors
    /// [`Error::InvalidId`] for a malformed id; [`Error::Invalid`] for a malformed hash.
    pub fn into_query(self) -> Result<(PersonQuery, Vec<String>)> {
        let mut warnings = Vec::new();
        let email = self.email.into_value().and_then(|text| {
            let parsed = Email::parse(&text);
            if parsed.is_err() {
                warnings.push("email: not a valid e-mail address; not used to find the person".to_owned());
            }
            parsed.ok()
        });
        let hashed_email = self.hashed_email.into_value();
        if hashed_email.as_deref().is_some_and(|hash| !is_hash(hash)) {
            let what = "must be 32 (MD5) or 64 (SHA-256) hexadecimal digits";
            return Err(Error::invalid("hashed_email", what));
        }
        let query = PersonQuery {
            id: id(self.id)?.value().copied(),
            email,
            hashed_email,
            linkedin_url: self.linkedin_url.into_value(),
            first_name: self.first_name.into_value(),
            last_name: self.last_name.into_value(),
            name: self.name.into_value(),
            organization_name: self.organization_name.into_value(),
            domain: self.domain.into_value().or_else(|| self.organization_domain.into_value()),
        };
        Ok((query, warnings))
    }
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 32 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

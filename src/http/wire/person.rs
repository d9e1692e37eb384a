//! A matched person as Apollo's API writes one, with the contact that the team keeps of them inside.

use serde::Serialize;
use utoipa::ToSchema;

use super::contact::WireContact;
use crate::model::Id;
use crate::model::contact::Contact;
use crate::model::email::Email;

/// The person that a contact stands for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
#[expect(clippy::struct_excessive_bools, reason = "the wire has them")]
pub struct WirePerson<'a> {
    /// The person's id in the people database, or the contact's own where there is none.
    #[schema(value_type = String, example = "6650a1b2c3d4e5f6a7b8c9d0")]
    id: &'a Id,
    #[schema(example = "Mark", required)]
    first_name: Option<&'a str>,
    #[schema(example = "Twain", required)]
    last_name: Option<&'a str>,
    #[schema(example = "Mark Twain", required)]
    name: Option<String>,
    #[schema(required)]
    linkedin_url: Option<&'a str>,
    #[schema(required)]
    title: Option<&'a str>,
    #[schema(example = "verified", required)]
    email_status: Option<&'a str>,
    #[schema(required)]
    photo_url: Option<&'a str>,
    #[schema(required)]
    twitter_url: Option<&'a str>,
    #[schema(required)]
    github_url: Option<&'a str>,
    #[schema(required)]
    facebook_url: Option<&'a str>,
    #[schema(required)]
    extrapolated_email_confidence: Option<f64>,
    #[schema(required)]
    headline: Option<&'a str>,
    #[schema(example = "mark@greatamericanwriters.com", required)]
    email: Option<&'a str>,
    #[schema(value_type = Option<String>, required)]
    organization_id: Option<&'a Id>,
    #[schema(value_type = Vec<Object>)]
    employment_history: [(); 0],
    #[schema(required)]
    street_address: Option<&'a str>,
    #[schema(required)]
    city: Option<&'a str>,
    #[schema(required)]
    state: Option<&'a str>,
    #[schema(required)]
    country: Option<&'a str>,
    #[schema(required)]
    postal_code: Option<&'a str>,
    #[schema(required)]
    formatted_address: Option<&'a str>,
    #[schema(required)]
    time_zone: Option<&'a str>,
    #[schema(value_type = String, example = "6650a1b2c3d4e5f6a7b8c9d0")]
    contact_id: &'a Id,
    contact: WireContact<'a>,
    /// True: the team may see this person without paying.
    revealed_for_current_team: bool,
    #[schema(required)]
    organization: Option<WireOrganization<'a>>,
    is_likely_to_engage: bool,
    #[schema(required)]
    intent_strength: Option<&'a str>,
    show_intent: bool,
    departments: [&'a str; 0],
    subdepartments: [&'a str; 0],
    functions: [&'a str; 0],
    #[schema(required)]
    seniority: Option<&'a str>,
    email_domain_catchall: bool,
}

/// The employer, as far as the contact tells.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organization)]
pub struct WireOrganization<'a> {
    #[schema(value_type = Option<String>, required)]
    id: Option<&'a Id>,
    #[schema(example = "Great American Writers Co.", required)]
    name: Option<&'a str>,
    #[schema(example = "https://www.greatamericanwriters.com", required)]
    website_url: Option<&'a str>,
    #[schema(example = "greatamericanwriters.com", required)]
    primary_domain: Option<String>,
}

impl<'a> From<&'a Contact> for WirePerson<'a> {
    fn from(contact: &'a Contact) -> Self {
        let details = &contact.details;
        Self {
            id: contact.person_id.as_ref().unwrap_or(&contact.id),
            first_name: contact.first_name.as_deref(),
            last_name: contact.last_name.as_deref(),
            name: contact.name(),
            linkedin_url: details.linkedin_url.as_deref(),
            title: contact.title.as_deref(),
            email_status: details.email_status.as_deref(),
            photo_url: details.photo_url.as_deref(),
            twitter_url: details.twitter_url.as_deref(),
            github_url: None,
            facebook_url: details.facebook_url.as_deref(),
            extrapolated_email_confidence: None,
            headline: details.headline.as_deref(),
            email: contact.email.as_ref().map(Email::as_str),
            organization_id: details.organization_id.as_ref(),
            employment_history: [],
            street_address: None,
            city: details.city.as_deref(),
            state: details.state.as_deref(),
            country: details.country.as_deref(),
            postal_code: details.postal_code.as_deref(),
            formatted_address: None,
            time_zone: details.time_zone.as_deref(),
            contact_id: &contact.id,
            contact: contact.into(),
            revealed_for_current_team: true,
            organization: organization(contact),
            is_likely_to_engage: false,
            intent_strength: None,
            show_intent: false,
            departments: [],
            subdepartments: [],
            functions: [],
            seniority: None,
            email_domain_catchall: false,
        }
    }
}

fn organization(contact: &Contact) -> Option<WireOrganization<'_>> {
    let organization = WireOrganization {
        id: contact.details.organization_id.as_ref(),
        name: contact.organization_name.as_deref(),
        website_url: contact.details.website_url.as_deref(),
        primary_domain: contact.company_domain(),
    };
    let known =
        organization.id.is_some() || organization.name.is_some() || organization.primary_domain.is_some();
    known.then_some(organization)
}

//! A contact as Apollo's API writes it. Fields that Rolo has no data for are present with the value that Apollo
//! gives a contact just made by its API, because clients read them.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::model::Id;
use crate::model::contact::Contact;
use crate::model::email::Email;
use crate::model::phone::Phone;

/// A contact: a person that the team keeps.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
#[expect(clippy::struct_excessive_bools, reason = "the wire has them")]
pub struct WireContact<'a> {
    #[schema(value_type = Vec<Object>)]
    contact_roles: [(); 0],
    #[schema(value_type = String, example = "6650a1b2c3d4e5f6a7b8c9d0")]
    pub id: &'a Id,
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
    #[schema(value_type = Option<String>, example = "6650a0000000000000000001", required)]
    contact_stage_id: Option<&'a Id>,
    #[schema(value_type = Option<String>, required)]
    owner_id: Option<&'a Id>,
    #[schema(value_type = Option<String>, required)]
    creator_id: Option<&'a Id>,
    /// The person in the people database that this contact was made from.
    #[schema(value_type = Option<String>, required)]
    person_id: Option<&'a Id>,
    #[schema(required)]
    email_needs_tickling: Option<bool>,
    #[schema(example = "Great American Writers Co.", required)]
    organization_name: Option<&'a str>,
    #[schema(example = "api")]
    source: &'static str,
    #[schema(example = "api")]
    original_source: &'static str,
    #[schema(value_type = Option<String>, required)]
    organization_id: Option<&'a Id>,
    #[schema(required)]
    headline: Option<&'a str>,
    #[schema(required)]
    photo_url: Option<&'a str>,
    #[schema(required)]
    present_raw_address: Option<&'a str>,
    #[schema(required)]
    linkedin_uid: Option<&'static str>,
    #[schema(required)]
    extrapolated_email_confidence: Option<f64>,
    #[schema(required)]
    salesforce_id: Option<&'static str>,
    #[schema(required)]
    salesforce_lead_id: Option<&'a str>,
    #[schema(required)]
    salesforce_contact_id: Option<&'a str>,
    #[schema(required)]
    salesforce_account_id: Option<&'a str>,
    #[schema(required)]
    crm_owner_id: Option<&'static str>,
    #[schema(format = DateTime, example = "2025-02-03T04:05:06.789Z")]
    created_at: String,
    #[schema(value_type = Vec<String>)]
    emailer_campaign_ids: [(); 0],
    #[schema(required)]
    direct_dial_status: Option<&'static str>,
    #[schema(required)]
    direct_dial_enrichment_failed_at: Option<&'static str>,
    /// `verified` when the caller supplied the address; null without one.
    #[schema(example = "verified", required)]
    email_status: Option<&'a str>,
    #[schema(required)]
    email_source: Option<&'static str>,
    #[schema(value_type = Option<String>, required)]
    account_id: Option<&'a Id>,
    #[schema(required)]
    last_activity_date: Option<&'static str>,
    #[schema(required)]
    hubspot_vid: Option<&'a str>,
    #[schema(required)]
    hubspot_company_id: Option<&'static str>,
    #[schema(required)]
    crm_id: Option<&'static str>,
    /// The E.164 form of the first phone number.
    #[schema(example = "+15551234567", required)]
    sanitized_phone: Option<&'a str>,
    #[schema(value_type = Option<Vec<String>>, required)]
    merged_crm_ids: Option<[(); 0]>,
    #[schema(format = DateTime, example = "2025-02-03T04:05:06.789Z")]
    updated_at: String,
    queued_for_crm_push: bool,
    #[schema(required)]
    suggested_from_rule_engine_config_id: Option<&'static str>,
    #[schema(required)]
    email_unsubscribed: Option<bool>,
    #[schema(required)]
    person_deleted: Option<bool>,
    #[schema(required)]
    call_opted_out: Option<bool>,
    /// The lists the contact is on.
    #[schema(value_type = Vec<String>)]
    label_ids: &'a [Id],
    has_pending_email_arcgate_request: bool,
    has_email_arcgate_request: bool,
    #[schema(example = "full")]
    existence_level: &'static str,
    #[schema(example = "mark@greatamericanwriters.com", required)]
    email: Option<&'a str>,
    #[schema(required)]
    email_from_customer: Option<bool>,
    /// Values of custom fields by field id.
    #[schema(value_type = Object)]
    typed_custom_fields: &'a Map<String, Value>,
    #[schema(value_type = Object)]
    custom_field_errors: Map<String, Value>,
    #[schema(required)]
    crm_record_url: Option<&'static str>,
    #[schema(required)]
    email_status_unavailable_reason: Option<&'static str>,
    #[schema(example = "User Managed")]
    email_true_status: &'static str,
    updated_email_true_status: bool,
    #[schema(value_type = Vec<Object>)]
    contact_rule_config_statuses: [(); 0],
    #[schema(example = "Created from API")]
    source_display_name: &'static str,
    #[schema(required)]
    twitter_url: Option<&'a str>,
    #[schema(required)]
    facebook_url: Option<&'a str>,
    #[schema(value_type = Vec<Object>)]
    contact_campaign_statuses: [(); 0],
    #[schema(value_type = Vec<Object>)]
    contact_emails: [(); 0],
    #[schema(required)]
    next_contact_id: Option<&'static str>,
    /// IANA name, told from the address where it can be told.
    #[schema(example = "America/New_York", required)]
    time_zone: Option<&'a str>,
    #[schema(required)]
    city: Option<&'a str>,
    #[schema(required)]
    state: Option<&'a str>,
    #[schema(required)]
    country: Option<&'a str>,
    #[schema(required)]
    street_address: Option<&'static str>,
    #[schema(required)]
    postal_code: Option<&'a str>,
    #[schema(required)]
    formatted_address: Option<&'static str>,
    #[schema(required)]
    intent_strength: Option<&'static str>,
    show_intent: bool,
    phone_numbers: Vec<WirePhone<'a>>,
    #[schema(required)]
    account_phone_note: Option<&'static str>,
    /// Whether the address is at a provider where anybody can have one.
    free_domain: bool,
    is_likely_to_engage: bool,
    email_domain_catchall: bool,
}

/// One phone number of a contact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PhoneNumber)]
pub struct WirePhone<'a> {
    /// Exactly as it was sent.
    #[schema(example = "555-123-4567")]
    raw_number: &'a str,
    /// E.164; null where the text cannot be a phone number.
    #[schema(example = "+15551234567", required)]
    sanitized_number: Option<&'a str>,
    /// `work_direct`, `mobile`, `work_hq`, `home` or `other`.
    #[serde(rename = "type")]
    #[schema(example = "work_direct")]
    kind: &'static str,
    position: usize,
    status: &'static str,
    #[schema(required)]
    dnc_status: Option<&'static str>,
    #[schema(value_type = Option<Object>, required)]
    dnc_other_info: Option<()>,
    #[schema(value_type = Option<Object>, required)]
    dialer_flags: Option<()>,
    source_name: &'static str,
    #[schema(value_type = Vec<Object>)]
    vendor_validation_statuses: [(); 0],
    #[schema(required)]
    third_party_vendor_name: Option<&'static str>,
}

impl<'a> From<&'a Contact> for WireContact<'a> {
    fn from(contact: &'a Contact) -> Self {
        let details = &contact.details;
        let email = contact.email.as_ref();
        Self {
            contact_roles: [],
            id: &contact.id,
            first_name: contact.first_name.as_deref(),
            last_name: contact.last_name.as_deref(),
            name: contact.name(),
            linkedin_url: details.linkedin_url.as_deref(),
            title: contact.title.as_deref(),
            contact_stage_id: contact.contact_stage_id.as_ref(),
            owner_id: contact.owner_id.as_ref(),
            creator_id: contact.creator_id.as_ref(),
            person_id: contact.person_id.as_ref(),
            email_needs_tickling: None,
            organization_name: contact.organization_name.as_deref(),
            source: "api",
            original_source: "api",
            organization_id: details.organization_id.as_ref(),
            headline: details.headline.as_deref(),
            photo_url: details.photo_url.as_deref(),
            present_raw_address: details.present_raw_address.as_deref(),
            linkedin_uid: None,
            extrapolated_email_confidence: None,
            salesforce_id: None,
            salesforce_lead_id: details.salesforce_lead_id.as_deref(),
            salesforce_contact_id: details.salesforce_contact_id.as_deref(),
            salesforce_account_id: details.salesforce_account_id.as_deref(),
            crm_owner_id: None,
            created_at: contact.created_at.to_rfc3339(),
            emailer_campaign_ids: [],
            direct_dial_status: None,
            direct_dial_enrichment_failed_at: None,
            email_status: details.email_status.as_deref(),
            email_source: None,
            account_id: contact.account_id.as_ref(),
            last_activity_date: None,
            hubspot_vid: details.hubspot_vid.as_deref(),
            hubspot_company_id: None,
            crm_id: None,
            sanitized_phone: details.phones.first().and_then(|phone| phone.sanitized_number.as_deref()),
            merged_crm_ids: None,
            updated_at: contact.updated_at.to_rfc3339(),
            queued_for_crm_push: details.queued_for_crm_push,
            suggested_from_rule_engine_config_id: None,
            email_unsubscribed: None,
            person_deleted: None,
            call_opted_out: None,
            label_ids: &details.label_ids,
            has_pending_email_arcgate_request: false,
            has_email_arcgate_request: false,
            existence_level: "full",
            email: email.map(Email::as_str),
            email_from_customer: email.map(|_| true),
            typed_custom_fields: &details.typed_custom_fields,
            custom_field_errors: Map::new(),
            crm_record_url: None,
            email_status_unavailable_reason: None,
            email_true_status: if email.is_some() { "User Managed" } else { "Unavailable" },
            updated_email_true_status: true,
            contact_rule_config_statuses: [],
            source_display_name: "Created from API",
            twitter_url: details.twitter_url.as_deref(),
            facebook_url: details.facebook_url.as_deref(),
            contact_campaign_statuses: [],
            contact_emails: [],
            next_contact_id: None,
            time_zone: details.time_zone.as_deref(),
            city: details.city.as_deref(),
            state: details.state.as_deref(),
            country: details.country.as_deref(),
            street_address: None,
            postal_code: details.postal_code.as_deref(),
            formatted_address: None,
            intent_strength: None,
            show_intent: false,
            phone_numbers: details.phones.iter().enumerate().map(WirePhone::from).collect(),
            account_phone_note: None,
            free_domain: email.is_some_and(Email::is_free),
            is_likely_to_engage: false,
            email_domain_catchall: false,
        }
    }
}

impl<'a> From<(usize, &'a Phone)> for WirePhone<'a> {
    fn from((position, phone): (usize, &'a Phone)) -> Self {
        Self {
            raw_number: &phone.raw_number,
            sanitized_number: phone.sanitized_number.as_deref(),
            kind: phone.kind.as_str(),
            position,
            status: "no_status",
            dnc_status: None,
            dnc_other_info: None,
            dialer_flags: None,
            source_name: "User Managed",
            vendor_validation_statuses: [],
            third_party_vendor_name: None,
        }
    }
}

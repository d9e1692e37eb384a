//! A list as Apollo's API writes it beside a contact that was put on it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::Id;
use crate::model::label::Label;

/// A list of contacts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Label)]
pub struct WireLabel<'a> {
    #[schema(value_type = String)]
    id: &'a Id,
    #[schema(example = "contacts")]
    modality: &'static str,
    /// How many contacts are on the list.
    cached_count: i64,
    #[schema(example = "Writers")]
    name: &'a str,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    #[schema(value_type = String)]
    user_id: &'a Id,
}

impl<'a> From<&'a Label> for WireLabel<'a> {
    fn from(label: &'a Label) -> Self {
        Self {
            id: &label.id,
            modality: "contacts",
            cached_count: label.cached_count,
            name: &label.name,
            created_at: label.created_at.to_rfc3339(),
            updated_at: label.updated_at.to_rfc3339(),
            user_id: &label.user_id,
        }
    }
}

//! The OpenAPI document: written by the same declarations that make the routes, so it cannot name one that does
//! not exist. The text at the root of the repository is this document, and a test keeps it current.

use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};

use super::wire::errors::{ForbiddenBody, RateLimitBody};

/// The document's frame; the routes fill it.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Rolo",
        description = "A self-hosted people and contacts server that speaks Apollo's REST API.\n\n\
            Every path under `/api/v1` is also served under `/v1`. The key travels as `X-Api-Key`, as a Bearer token, \
            or as `api_key` in the query or the body. Parameters may come in the query, in a JSON body, or half in \
            each; the body wins. Blank and null parameters are absent, unknown ones are ignored.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "Contacts", description = "The people whom the team keeps"),
        (name = "People", description = "Finding a person"),
        (name = "Users", description = "The user behind the key"),
        (name = "Operations", description = "For whoever runs the server; these need no key"),
    ),
    components(schemas(ForbiddenBody, RateLimitBody)),
    modifiers(&Security)
)]
struct Frame;

struct Security;

impl Modify for Security {
    fn modify(&self, openapi: &mut OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let header =
            ApiKeyValue::with_description("X-Api-Key", "An API key, as `rolo key create` shows it once");
        components.add_security_scheme("api_key", SecurityScheme::ApiKey(ApiKey::Header(header)));
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API key"));
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    }
}

#[must_use]
pub fn frame() -> OpenApi {
    Frame::openapi()
}

/// The whole document as text.
///
/// # Errors
/// Never in practice: the document is plain data.
pub fn document() -> serde_json::Result<String> {
    super::document().to_pretty_json().map(|text| text + "\n")
}

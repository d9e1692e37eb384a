//! The shapes that go over the wire, field by field in Apollo's order, and the parameters that come in. They are
//! described once, here, for serde and for the OpenAPI document alike.

pub mod contact;
pub mod contact_params;
pub mod errors;
pub mod examples;
pub mod label;
pub mod person;
pub mod person_params;

//! Values and the rules that hold for them: what a contact is, what a name or a phone number means, who is the
//! same person. Nothing here does IO, is async, or knows about SQL or HTTP.

pub mod api_key;
pub mod contact;
pub mod contact_input;
pub mod contact_key;
pub mod domain;
pub mod email;
pub mod error;
pub mod id;
pub mod label;
pub mod name;
pub mod patch;
pub mod person;
pub mod phone;
pub mod place;
pub mod rate_limit;
pub mod reply;
pub mod stage;
pub mod team;
pub mod time;
pub mod user;

pub use error::{Error, Result};
pub use id::Id;
pub use patch::Patch;
pub use time::Timestamp;

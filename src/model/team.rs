//! A team: the owner of everything. No team ever sees what another one holds.

use super::{Id, Timestamp};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    pub id: Id,
    pub name: String,
    pub created_at: Timestamp,
}

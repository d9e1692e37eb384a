//! A list that contacts are put on. Apollo's app says list, its API says label.

use super::{Id, Timestamp};

/// One list of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub id: Id,
    pub name: String,
    /// How many contacts are on the list.
    pub cached_count: i64,
    pub user_id: Id,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

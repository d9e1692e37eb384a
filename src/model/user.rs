//! A person who works in a team. API keys act as the team's longest-standing administrator, as Apollo's do.

use super::{Id, Timestamp};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: Id,
    pub team_id: Id,
    pub first_name: String,
    pub last_name: String,
    pub title: Option<String>,
    pub email: Option<String>,
    pub is_admin: bool,
    pub created_at: Timestamp,
}

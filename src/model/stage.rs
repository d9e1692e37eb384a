//! The stages that a contact goes through, and those that a new team starts with.

/// A stage as Apollo's documents list it for a fresh team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefaultStage {
    pub name: &'static str,
    pub category: Option<&'static str>,
    pub ignore_trigger_override: Option<bool>,
}

const fn stage(
    name: &'static str,
    category: Option<&'static str>,
    ignore_trigger_override: Option<bool>,
) -> DefaultStage {
    DefaultStage { name, category, ignore_trigger_override }
}

/// In display order; a contact without a stage of its own gets the first (Apollo, *List Contact Stages*).
pub const DEFAULT_STAGES: [DefaultStage; 9] = [
    stage("New", Some("in_progress"), None),
    stage("Approaching", Some("in_progress"), None),
    stage("Replied", Some("in_progress"), None),
    stage("Interested", Some("succeeded"), Some(true)),
    stage("Not Interested", Some("failed"), Some(true)),
    stage("Unresponsive", Some("failed"), None),
    stage("Do Not Contact", Some("failed"), Some(true)),
    stage("Bad Data", None, None),
    stage("Changed Job", None, Some(true)),
];

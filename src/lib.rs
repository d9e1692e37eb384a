//! Rolo: a self-hosted people and contacts server that speaks Apollo's REST API.
//!
//! The rooms, and the one way in which they may use each other:
//! `cli`, `http`, `worker` → `service` → `store` → `model`. docs/architecture.md tells the whole plan.

pub mod cli;
pub mod clock;
pub mod config;
pub mod http;
pub mod model;
pub mod random;
pub mod service;
pub mod store;
pub mod worker;

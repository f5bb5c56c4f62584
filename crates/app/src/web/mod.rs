//! The pages: one file a page, written as pure functions from a small view-model struct to HTML, behind thin handlers.
//!
//! `layout` is the frame, `components` the only place that writes form controls, tables and lists (so that every page
//! is labelled and laid out alike by construction), `headers` the security headers, `status` the one file that chooses
//! HTTP statuses, `style` the one style sheet, `when` the words for instants, `limits` the network buckets.
//! `public` is everything a stranger sees; `desk` is for signed-in staff.

pub mod components;
pub mod desk;
pub mod headers;
pub mod layout;
pub mod limits;
pub mod public;
pub mod session;
pub mod status;
pub mod style;
pub mod when;

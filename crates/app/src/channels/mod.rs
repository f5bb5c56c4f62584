//! How reports arrive: mechanisms that read bytes and know nothing of cases.

pub mod form;

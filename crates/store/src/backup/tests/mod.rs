//! What was backed up comes back, on either engine; what was erased stays erased; what is damaged is refused.

pub(crate) mod bed;
mod golden;
mod kill;
mod refused;
mod round;

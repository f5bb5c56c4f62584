//! Tests of sealing. Golden bytes come from a second implementation: golden/sealed-object/oracle.py.

mod golden;
mod keys;
mod objects;
mod seal;
mod upkeep;
mod watched;

use super::{MasterKey, Vault};
use crate::outside::Outside;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// "Random" bytes 0, 1, 2, … modulo 251, and a clock that stands still.
#[derive(Debug, Default)]
pub(crate) struct Fixed(AtomicU64);

impl Outside for Fixed {
    fn now(&self) -> jiff::Timestamp {
        "2026-11-23T18:00:00Z".parse().expect("an instant")
    }
    fn fill(&self, bytes: &mut [u8]) {
        let start = self.0.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = ((start + i as u64) % 251) as u8;
        }
    }
}

/// A vault with the golden master key.
pub(crate) fn vault(data: &Path) -> Vault {
    Vault::with_keys(
        vec![MasterKey::from_bytes([0x4d; 32])],
        data,
        Arc::new(Fixed::default()),
    )
    .expect("a vault")
}

/// `length` bytes: byte i is (i * 7) mod 256.
pub(crate) fn plain(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 7) as u8).collect()
}

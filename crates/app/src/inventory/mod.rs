//! Products and releases, as the rest of the house looks them up.

use std::collections::BTreeMap;
use vulnerary_case::id::ProductId;
use vulnerary_case::product::state::ProductState;

/// Finds the product that somebody named: exactly, then without case and outer spaces. `None` where it is none of ours,
/// or where two products would fit.
pub fn named<'a>(
    products: impl IntoIterator<Item = &'a ProductState>,
    name: &str,
) -> Option<ProductId> {
    let wanted = name.trim().to_lowercase();
    let mut found: BTreeMap<bool, Vec<ProductId>> = BTreeMap::new();
    for product in products {
        if product.name.trim().to_lowercase() == wanted {
            found
                .entry(product.name == name)
                .or_default()
                .push(product.id);
        }
    }
    match (
        found.get(&true).map(Vec::as_slice),
        found.get(&false).map(Vec::as_slice),
    ) {
        (Some([one]), _) | (None, Some([one])) => Some(*one),
        _ => None,
    }
}

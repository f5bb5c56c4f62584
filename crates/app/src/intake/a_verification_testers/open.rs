//! From a report to its bytes and what its sender says it is about.

use crate::intake::reading::ReadError;
use crate::intake::receive::StoredFields;
use crate::inventory::named;
use crate::tracking::act::{Acts, CommitError, ObjectKind, SealedRow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vulnerary_case::id::ProductId;
use vulnerary_case::report::state::ReportState;

/// A field longer than this names no product.
const MOST_NAME: usize = 200;

/// What a report is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// One of ours.
    pub product: Option<ProductId>,
    /// As typed; empty where nothing was.
    pub typed: String,
}

impl About {
    /// The stable name that groups findings: the product's id, else what was typed, without case and outer spaces.
    pub fn key(&self) -> String {
        self.product
            .map_or_else(|| self.typed.trim().to_lowercase(), |id| id.to_string())
    }
}

/// The sealed file of a report.
///
/// # Errors
/// Where there is none, or the record cannot be read.
pub async fn file_of(acts: &Acts, report: &ReportState) -> Result<SealedRow, ReadError> {
    for object in &report.objects {
        let row = acts
            .store()
            .sealed(object.object)
            .await
            .map_err(CommitError::from)?;
        if let Some(row) = row.filter(|r| r.kind == ObjectKind::File) {
            return Ok(row);
        }
    }
    Err(ReadError::Nothing(
        "The report has no file that could be read.",
    ))
}

/// What the fields of a report say of its product.
///
/// # Errors
/// Where the record cannot be read.
pub async fn about(acts: &Acts, report: &ReportState) -> Result<About, ReadError> {
    for object in &report.objects {
        let row = acts
            .store()
            .sealed(object.object)
            .await
            .map_err(CommitError::from)?;
        let Some(row) = row.filter(|r| r.kind == ObjectKind::Fields) else {
            continue;
        };
        let typed = product_field(&acts.store().vault().open(&row)?);
        let products = acts.store().products().await.map_err(CommitError::from)?;
        return Ok(About {
            product: named(&products, &typed),
            typed,
        });
    }
    Ok(About::default())
}

fn product_field(json: &[u8]) -> String {
    let Ok(stored) = serde_json::from_slice::<StoredFields>(json) else {
        return String::new();
    };
    let value = stored
        .fields
        .iter()
        .find(|[name, _]| *name == STANDARD.encode("product"));
    let bytes = value
        .and_then(|[_, value]| STANDARD.decode(value).ok())
        .unwrap_or_default();
    String::from_utf8_lossy(&bytes)
        .trim()
        .chars()
        .take(MOST_NAME)
        .collect()
}

//! Counters for the operator, on an address of their own (loopback): numbers only, never a name or an address.

use axum::Router;
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;
use std::sync::Arc;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Code {
    code: &'static str,
}

/// What is counted.
#[derive(Clone, Debug)]
pub struct Metrics {
    reports: Counter,
    refused: Family<Code, Counter>,
    registry: Arc<Registry>,
}

impl Default for Metrics {
    fn default() -> Self {
        let (reports, refused) = (Counter::default(), Family::<Code, Counter>::default());
        let mut registry = Registry::with_prefix("vulnerary");
        registry.register(
            "reports_received",
            "Reports taken through the public form",
            reports.clone(),
        );
        registry.register(
            "reports_refused",
            "Posts of the public form that were refused, by code",
            refused.clone(),
        );
        Self {
            reports,
            refused,
            registry: Arc::new(registry),
        }
    }
}

impl Metrics {
    /// A report was taken.
    pub fn received(&self) {
        self.reports.inc();
    }

    /// A post was refused.
    pub fn refused(&self, code: &'static str) {
        self.refused.get_or_create(&Code { code }).inc();
    }

    /// `/metrics` in the Prometheus text format.
    pub fn router(&self) -> Router {
        let metrics = self.clone();
        Router::new().route("/metrics", get(move || async move { metrics.text() }))
    }

    fn text(&self) -> String {
        let mut out = String::new();
        // Writing into a string cannot fail; an empty page would be noticed by whoever reads it.
        if encode(&mut out, &self.registry).is_err() {
            out.clear();
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::Metrics;

    #[test]
    fn counts_are_shown_by_code() {
        let metrics = Metrics::default();
        metrics.received();
        metrics.refused("busy");
        metrics.refused("busy");
        let text = metrics.text();
        assert!(
            text.contains("vulnerary_reports_received_total 1"),
            "{text}"
        );
        assert!(
            text.contains("vulnerary_reports_refused_total{code=\"busy\"} 2"),
            "{text}"
        );
    }
}

//! What was answered before, for prefilling the form of each act.

use super::loaded::Loaded;
use crate::web::desk::model::Typed;
use crate::web::desk::words::{ANSWERS, DISCLOSURES, HARMS, ROUTES, SCREENS, TIERS};
use std::collections::BTreeMap;
use vulnerary_case::case::event::{AddressingItem, AnalysisItem};
use vulnerary_case::case::state::{CaseState, Determination};

/// The form value of a choice.
fn value_of<T: PartialEq>(choices: &[(&'static str, T, &'static str)], value: &T) -> String {
    choices
        .iter()
        .find(|(_, v, _)| v == value)
        .map_or_else(String::new, |(name, ..)| (*name).into())
}

/// What was answered before, for prefilling the form of each act.
pub fn typed(case: &CaseState, loaded: &Loaded<'_>) -> BTreeMap<String, Typed> {
    let mut all: BTreeMap<String, Typed> = BTreeMap::new();
    let mut put = |act: &str, fields: Typed| {
        all.entry(act.to_owned()).or_default().extend(fields);
    };
    put("review", review_typed(case, loaded));
    for (item, act) in [
        (AnalysisItem::Impact, "impact"),
        (AnalysisItem::RootCause, "root-cause"),
        (AnalysisItem::RelatedIssues, "related"),
    ] {
        if let Some(d) = case.analysis.get(&item) {
            let mut fields = loaded
                .texts_of(d.text.as_ref())
                .cloned()
                .unwrap_or_default();
            fields.insert(
                "cwe".into(),
                d.value
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", "),
            );
            put(act, fields);
        }
    }
    for (item, act) in [
        (AddressingItem::SiblingsSwept, "siblings"),
        (AddressingItem::ThirdPartiesTold, "third-parties"),
        (AddressingItem::ResidualRisk, "residual-risk"),
    ] {
        if let Some(d) = case.addressing.get(&item) {
            put(
                act,
                loaded
                    .texts_of(d.text.as_ref())
                    .cloned()
                    .unwrap_or_default(),
            );
        }
    }
    if let Some(d) = &case.score {
        put(
            "score",
            with(loaded, d, [("vector", d.value.vector.clone())]),
        );
    }
    if let Some(d) = &case.safety {
        let controlled = d
            .value
            .controlled
            .map_or("", |c| if c { "yes" } else { "no" });
        put(
            "safety",
            with(
                loaded,
                d,
                [
                    ("harm", value_of(SCREENS, &d.value.harm)),
                    (
                        "severity",
                        d.value
                            .severity
                            .map_or_else(String::new, |s| value_of(HARMS, &s)),
                    ),
                    (
                        "exploitability",
                        d.value
                            .exploitability
                            .map_or_else(String::new, |t| value_of(TIERS, &t)),
                    ),
                    ("controlled", controlled.to_owned()),
                ],
            ),
        );
    }
    if let Some(d) = &case.route {
        put(
            "route",
            with(loaded, d, [("route", value_of(ROUTES, &d.value))]),
        );
    }
    if let Some(d) = &case.disclosure {
        put(
            "disclosure",
            with(loaded, d, [("decision", value_of(DISCLOSURES, &d.value))]),
        );
    }
    if let Some(notice) = case.notices.last() {
        put(
            "notice",
            loaded
                .texts_of(Some(&notice.text))
                .cloned()
                .unwrap_or_default(),
        );
    }
    all
}

fn with<T, const N: usize>(
    loaded: &Loaded<'_>,
    d: &Determination<T>,
    fields: [(&str, String); N],
) -> Typed {
    let mut all = loaded
        .texts_of(d.text.as_ref())
        .cloned()
        .unwrap_or_default();
    all.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    all
}

fn review_typed(case: &CaseState, loaded: &Loaded<'_>) -> Typed {
    let r = &case.review;
    let mut all = Typed::new();
    let mut put =
        |name: &str, value: Option<String>, text: Option<&vulnerary_case::object::ObjectRef>| {
            if let Some(value) = value {
                all.insert(name.to_owned(), value);
                let why = format!("{name}_why");
                if let Some(words) = loaded.field(text, &why) {
                    all.insert(why, words);
                }
            }
        };
    for (name, d) in [
        ("applicable", &r.applicable),
        ("verifiable", &r.verifiable),
        ("threats", &r.threats),
        ("harmed", &r.harmed),
    ] {
        put(
            name,
            d.as_ref().map(|d| value_of(ANSWERS, &d.value)),
            d.as_ref().and_then(|d| d.text.as_ref()),
        );
    }
    put(
        "tier",
        r.tier.as_ref().map(|d| value_of(TIERS, &d.value)),
        r.tier.as_ref().and_then(|d| d.text.as_ref()),
    );
    let screen = r.safety_screen.as_ref();
    put(
        "safety_screen",
        screen.map(|d| value_of(SCREENS, &d.value)),
        screen.and_then(|d| d.text.as_ref()),
    );
    all
}

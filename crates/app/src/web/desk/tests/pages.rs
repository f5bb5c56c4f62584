//! Every page renders with samples, in every state that matters; what a person sees is a snapshot.

use super::fake::Fake;
use super::{Got, get_as, send};
use axum::body::Body;
use axum::http::Request;
use std::sync::Arc;
use vulnerary_case::actor::Role;

pub const STAFF: [Role; 3] = [Role::Handler, Role::Approver, Role::Administrator];

/// One line a tag, so that a difference can be read.
fn readable(html: &str) -> String {
    html.replace("><", ">\n<")
}

/// Every id that something points to exists, once; no style attribute that the policy would refuse without a sheet.
fn wired(html: &str) {
    let values = |attribute: &str| -> Vec<String> {
        html.split(&format!(" {attribute}=\""))
            .skip(1)
            .flat_map(|rest| {
                rest.split('"')
                    .next()
                    .unwrap_or("")
                    .split(' ')
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect()
    };
    let ids = values("id");
    for target in values("for")
        .into_iter()
        .chain(values("aria-describedby"))
        .chain(values("aria-labelledby"))
    {
        assert_eq!(
            ids.iter().filter(|id| **id == target).count(),
            1,
            "#{target} is not there once"
        );
    }
    for target in values("href").iter().filter_map(|h| h.strip_prefix('#')) {
        assert!(ids.iter().any(|id| id == target), "#{target} is not there");
    }
    assert!(
        !html.contains(" style=\""),
        "the content security policy refuses style attributes"
    );
    assert!(html.len() < 60_000, "a page weighs {} bytes", html.len());
}

const PAGES: [(&str, &str); 30] = [
    ("inbox", "/desk"),
    ("inbox-nothing-found", "/desk?overdue=yes"),
    ("inbox-filtered", "/desk?source=f&lane=H"),
    ("case", "/desk/case/VC-3PD8-T6R"),
    ("case-proposed", "/desk/case/VC-9HT2-B4K"),
    ("case-machine-closed", "/desk/case/VC-6C4J-WX1"),
    ("case-occurrences", "/desk/case/VC-6C4J-WX1/occurrences"),
    ("closure", "/desk/case/VC-9HT2-B4K/approve"),
    ("closure-not-proposed", "/desk/case/VC-3PD8-T6R/closure"),
    ("report", "/desk/report/VR-7KQ4-M2X"),
    ("report-set-aside", "/desk/report/VR-BBBB-222"),
    ("batch-review", "/desk/batch/review"),
    ("batch-review-nothing", "/desk/batch/review?lane=A"),
    ("batch-sign", "/desk/batch/sign"),
    ("search-empty", "/desk/search"),
    ("search-found", "/desk/search?q=gateway"),
    ("search-nothing", "/desk/search?q=nothing"),
    ("runs", "/desk/runs"),
    ("overview", "/desk/overview"),
    ("coverage", "/desk/coverage"),
    ("settings", "/desk/settings"),
    ("organisation", "/desk/organisation"),
    ("people", "/desk/people"),
    (
        "person",
        "/desk/people/00000000-0000-0000-0000-000000000002",
    ),
    ("products", "/desk/products"),
    (
        "product",
        "/desk/products/00000000-0000-0000-0000-000000004001",
    ),
    ("policy", "/desk/policy"),
    ("recovery-sheet", "/desk/recovery-sheet"),
    ("me", "/desk/me"),
    ("password", "/desk/me/password"),
];

#[tokio::test]
async fn every_page_renders() {
    let house = Arc::new(Fake::new());
    for (name, path) in PAGES {
        let got = get_as(&house, &STAFF, path).await;
        assert_eq!(got.status, 200, "{path}: {}", got.body);
        keep(name, &got);
    }
}

#[tokio::test]
async fn the_first_day_teaches() {
    let house = Arc::new(Fake::new().first_day());
    for (name, path) in [
        ("first-day-inbox", "/desk"),
        ("first-day-settings", "/desk/settings"),
        ("first-day-sheet", "/desk/recovery-sheet"),
    ] {
        let got = get_as(&house, &STAFF, path).await;
        keep(name, &got);
    }
}

#[tokio::test]
async fn an_auditor_sees_no_names_of_reporters_and_no_way_to_act() {
    let house = Arc::new(Fake::new());
    for path in [
        "/desk/case/VC-3PD8-T6R",
        "/desk/case/VC-9HT2-B4K",
        "/desk/case/VC-9HT2-B4K/closure",
        "/desk/report/VR-BBBB-222",
        "/desk/report/VR-7KQ4-M2X",
        "/desk",
        "/desk/runs",
    ] {
        let got = get_as(&house, &[Role::Auditor], path).await;
        assert_eq!(got.status, 200, "{path}");
        assert!(!got.body.contains("Robin Meyer"), "{path}");
        let forms = got.body.matches("method=\"post\"").count();
        assert_eq!(forms, 1, "only the way out is a form: {path}");
        for act in super::super::acts::case_acts()
            .map(|a| a.slug)
            .chain(super::super::acts::report_acts().map(|a| a.slug))
        {
            assert!(
                !got.body.contains(&format!("/{act}\"")),
                "{path} offers {act}"
            );
        }
    }
}

#[tokio::test]
async fn hostile_text_stays_text() {
    let house = Arc::new(Fake::new());
    let body = get_as(&house, &STAFF, "/desk/report/VR-7KQ4-M2X")
        .await
        .body;
    assert!(body.contains("&lt;b&gt;root&lt;/b&gt;") && !body.contains("<b>root"));
    assert!(
        body.contains(">U+202E</span>"),
        "a bidi control is made visible"
    );
}

#[tokio::test]
async fn pages_before_sign_in_render() {
    let house = Arc::new(Fake::new());
    let set_up = house.link_of(crate::secrets::token::Kind::SetUp, None);
    for (name, path) in [
        ("sign-in", "/desk/sign-in".to_owned()),
        ("set-up", format!("/desk/set-up/{set_up}")),
        ("link-used-up", "/desk/join/x".to_owned()),
    ] {
        let got = send(&house, Request::get(path).body(Body::empty()).unwrap()).await;
        keep(name, &got);
    }
}

/// Keeps what a person sees as a snapshot; with DESK_PAGES set, also as files to look at in a browser.
fn keep(name: &str, got: &Got) {
    wired(&got.body);
    let sheet = crate::web::style::path();
    if let Ok(folder) = std::env::var("DESK_PAGES") {
        let page = got.body.replace(sheet, "style.css");
        std::fs::write(format!("{folder}/{name}.html"), page).unwrap();
        std::fs::write(format!("{folder}/style.css"), crate::web::style::CSS).unwrap();
    }
    insta::assert_snapshot!(
        name,
        readable(&got.body.replace(sheet, "/static/style.css"))
    );
}

//! Who gets what: every route for every role, as a reviewed file. 404 is what one sees of what one may not see.

use super::fake::Fake;
use super::{get_as, post_as, send};
use axum::body::Body;
use axum::http::Request;
use std::fmt::Write;
use std::sync::Arc;
use vulnerary_case::actor::Role;

const ROUTES: [(&str, &str); 41] = [
    ("GET", "/desk"),
    ("GET", "/desk/me"),
    ("POST", "/desk/me/session"),
    ("GET", "/desk/me/password"),
    ("POST", "/desk/me/password"),
    ("GET", "/desk/new"),
    ("POST", "/desk/new"),
    ("GET", "/desk/search"),
    ("GET", "/desk/runs"),
    ("GET", "/desk/overview"),
    ("GET", "/desk/coverage"),
    ("GET", "/desk/report/VR-7KQ4-M2X"),
    ("GET", "/desk/report/VR-7KQ4-M2X/file/1"),
    ("GET", "/desk/report/VR-7KQ4-M2X/write"),
    ("POST", "/desk/report/VR-7KQ4-M2X/write"),
    ("GET", "/desk/case/VC-3PD8-T6R"),
    ("GET", "/desk/case/VC-3PD8-T6R/occurrences"),
    ("GET", "/desk/case/VC-3PD8-T6R/closure"),
    ("GET", "/desk/case/VC-9HT2-B4K/approve"),
    ("POST", "/desk/case/VC-9HT2-B4K/approve"),
    ("GET", "/desk/case/VC-3PD8-T6R/validate"),
    ("POST", "/desk/case/VC-3PD8-T6R/validate"),
    ("POST", "/desk/case/VC-3PD8-T6R/duplicate-agree"),
    ("GET", "/desk/batch/review"),
    ("POST", "/desk/batch/review"),
    ("GET", "/desk/batch/sign"),
    ("POST", "/desk/batch/sign"),
    ("GET", "/desk/settings"),
    ("GET", "/desk/organisation"),
    ("POST", "/desk/organisation"),
    ("GET", "/desk/people"),
    ("POST", "/desk/people"),
    ("GET", "/desk/people/00000000-0000-0000-0000-000000000002"),
    ("GET", "/desk/products"),
    ("POST", "/desk/products"),
    ("GET", "/desk/products/00000000-0000-0000-0000-000000004001"),
    ("GET", "/desk/policy"),
    ("POST", "/desk/policy"),
    ("GET", "/desk/recovery-sheet"),
    ("POST", "/desk/recovery-sheet"),
    ("GET", "/desk/no-such-page"),
];

const ROLES: [(&str, Role); 7] = [
    ("handler", Role::Handler),
    ("approver", Role::Approver),
    ("safety", Role::Safety),
    ("regulatory", Role::Regulatory),
    ("administrator", Role::Administrator),
    ("auditor", Role::Auditor),
    ("reporter", Role::Reporter),
];

#[tokio::test]
async fn roles_and_routes() {
    let house = Arc::new(Fake::new());
    let mut table = format!("{:<75}{:>8}", "", "nobody");
    for (name, _) in ROLES {
        let _ = write!(table, "{name:>15}");
    }
    table.push('\n');
    for (method, path) in ROUTES {
        let _ = write!(table, "{:<75}", format!("{method} {path}"));
        let bare = Request::builder()
            .method(method)
            .uri(path)
            .header("sec-fetch-site", "same-origin")
            .body(Body::empty())
            .unwrap();
        let _ = write!(table, "{:>8}", send(&house, bare).await.status.as_u16());
        for (_, role) in ROLES {
            let got = if method == "GET" {
                get_as(&house, &[role], path).await
            } else {
                post_as(&house, &[role], path, &[]).await
            };
            let _ = write!(table, "{:>15}", got.status.as_u16());
        }
        table.push('\n');
    }
    assert!(house.acts().is_empty(), "an empty form does nothing");
    insta::assert_snapshot!("roles-and-routes", table);
}

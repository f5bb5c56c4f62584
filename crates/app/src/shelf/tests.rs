//! The desk over a real store: set-up, people, products, and one report worked to its closure through the pages, by two.

use super::Shelf;
use crate::intake::receive::{
    Body as FileBody, Incoming, IncomingFile, Shape, Taken, Then, receive,
};
use crate::secrets::password::Passwords;
use crate::secrets::totp::TotpSecret;
use crate::tracking::Acts;
use crate::web::desk::gate::query_value;
use crate::web::desk::needs::Settings;
use crate::web::desk::router;
use axum::body::Body;
use axum::http::{Request, header};
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;
use vulnerary_case::actor::Actor;
use vulnerary_case::report::event::{Answer, Claims, ReporterKind};
use vulnerary_case::source::{Channel, ReporterRole, Source, SourceState};
use vulnerary_store::vault::KeyPlace;
use vulnerary_store::{Options, Outside, Store};

const PASSWORD: &str = "seven green boats at noon";

/// A clock that goes when it is told to, and randomness that repeats.
struct Still(Mutex<(Timestamp, u64)>);

impl Outside for Still {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().0
    }
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap();
        for byte in bytes {
            state.1 = state
                .1
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *byte = (state.1 >> 56) as u8;
        }
    }
}

struct House {
    shelf: Shelf,
    acts: Acts,
    clock: Arc<Still>,
    _data: tempfile::TempDir,
}

/// Somebody who is signed in, with their app.
#[derive(Clone)]
struct Staff {
    cookie: String,
    app: TotpSecret,
}

impl House {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let clock = Arc::new(Still(Mutex::new((
            "2026-11-23T17:05:12Z".parse().unwrap(),
            7,
        ))));
        let store = Store::open(Options {
            data: data.path().to_owned(),
            database_url: None,
            master_key: KeyPlace::choose(None, None, data.path()),
            outside: clock.clone(),
            read_connections: 2,
        });
        let acts = Acts::new(store.unwrap(), clock.clone());
        let settings = Settings {
            public_url: "http://127.0.0.1:8080".into(),
            recovery_sheet: Some("KEY".into()),
        };
        let shelf =
            Shelf::new(acts.clone(), settings).with_passwords(Passwords::with_cost(64, 1, 2));
        Self {
            shelf,
            acts,
            clock,
            _data: data,
        }
    }

    /// Lets minutes pass, so that each one-time code is new.
    fn pass(&self, minutes: i64) {
        let mut state = self.clock.0.lock().unwrap();
        state.0 += SignedDuration::from_mins(minutes);
    }

    async fn send(&self, request: Request<Body>) -> (u16, String, String) {
        let response = router(Arc::new(self.shelf.clone()))
            .oneshot(request)
            .await
            .unwrap();
        let header = |name| {
            response
                .headers()
                .get(name)
                .map_or(String::new(), |v: &header::HeaderValue| {
                    v.to_str().unwrap().to_owned()
                })
        };
        let (status, location, cookie) = (
            response.status().as_u16(),
            header(header::LOCATION),
            header(header::SET_COOKIE),
        );
        let body = axum::body::to_bytes(response.into_body(), 10_000_000)
            .await
            .unwrap();
        let first = if location.is_empty() {
            cookie
        } else {
            location
        };
        (status, first, String::from_utf8_lossy(&body).into_owned())
    }

    async fn get(&self, who: &Staff, path: &str) -> String {
        let request = Request::get(path)
            .header(header::COOKIE, &who.cookie)
            .body(Body::empty())
            .unwrap();
        let (status, _, body) = self.send(request).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Posts, with the version that the form shows where it shows one, and a fresh signature where it asks for one.
    async fn try_post(
        &self,
        who: &Staff,
        path: &str,
        fields: &[(&str, &str)],
    ) -> (u16, String, String) {
        self.pass(1);
        let seen = self.seen(who, path).await;
        let mut all: Vec<(String, String)> = fields
            .iter()
            .map(|(n, v)| ((*n).into(), (*v).into()))
            .collect();
        let code = who
            .app
            .code_at(u64::try_from(self.clock.now().as_second()).unwrap());
        all.extend([
            ("seen".into(), seen),
            ("password".into(), PASSWORD.into()),
            ("code".into(), code),
        ]);
        self.post_raw(Some(who), path, &all).await
    }

    async fn post(&self, who: &Staff, path: &str, fields: &[(&str, &str)]) -> String {
        let (status, location, body) = self.try_post(who, path, fields).await;
        assert_eq!(status, 303, "{path}: {}", plain(&body));
        location
    }

    async fn seen(&self, who: &Staff, path: &str) -> String {
        let request = Request::get(path)
            .header(header::COOKIE, &who.cookie)
            .body(Body::empty())
            .unwrap();
        let (_, _, body) = self.send(request).await;
        value_in(&body, "seen").unwrap_or_default()
    }

    async fn post_raw(
        &self,
        who: Option<&Staff>,
        path: &str,
        fields: &[(String, String)],
    ) -> (u16, String, String) {
        let body: Vec<String> = fields
            .iter()
            .map(|(n, v)| format!("{n}={}", query_value(v)))
            .collect();
        let mut request = Request::post(path).header("sec-fetch-site", "same-origin");
        if let Some(who) = who {
            request = request.header(header::COOKIE, &who.cookie);
        }
        self.send(request.body(Body::from(body.join("&"))).unwrap())
            .await
    }

    /// Follows a link with which somebody makes their account.
    async fn join(&self, path: &str, name: &str, email: &str) -> Staff {
        let form = self
            .send(Request::get(path).body(Body::empty()).unwrap())
            .await
            .2;
        let secret = value_in(&form, "secret").expect("a secret in the form");
        let mut app = TotpSecret([0; 20]);
        hex::decode_to_slice(&secret, &mut app.0).unwrap();
        let code = app.code_at(u64::try_from(self.clock.now().as_second()).unwrap());
        let fields = [
            ("secret", secret.as_str()),
            ("name", name),
            ("email", email),
            ("password", PASSWORD),
            ("again", PASSWORD),
            ("code", &code),
        ];
        let fields: Vec<(String, String)> = fields
            .iter()
            .map(|(n, v)| ((*n).into(), (*v).into()))
            .collect();
        let (status, cookie, body) = self.post_raw(None, path, &fields).await;
        assert_eq!(status, 200, "{}", plain(&body));
        self.pass(1);
        Staff {
            cookie: cookie.split(';').next().unwrap().to_owned(),
            app,
        }
    }

    async fn set_up(&self) -> Staff {
        let link = self
            .shelf
            .set_up_link()
            .await
            .unwrap()
            .expect("nobody can sign in yet");
        let path = link.strip_prefix("http://127.0.0.1:8080").unwrap();
        let first = self
            .join(path, "Annika Hofmann", "annika@example.com")
            .await;
        assert_eq!(
            self.shelf.set_up_link().await.unwrap(),
            None,
            "the link is for the first person only"
        );
        first
    }

    /// Adds somebody with these roles, who then joins.
    async fn add(&self, admin: &Staff, name: &str, email: &str, roles: &[&str]) -> Staff {
        let mut fields = vec![("name", name), ("email", email)];
        fields.extend(roles.iter().map(|r| ("roles", *r)));
        let (status, _, body) = self.try_post(admin, "/desk/people", &fields).await;
        assert_eq!(status, 200, "{}", plain(&body));
        let link = body
            .split("http://127.0.0.1:8080")
            .nth(1)
            .expect("a link")
            .split('<')
            .next()
            .unwrap()
            .to_owned();
        self.join(&link, name, email).await
    }

    async fn report(&self) -> Taken {
        let field = |n: &str, v: &str| (n.as_bytes().to_vec(), v.as_bytes().to_vec());
        let incoming = Incoming {
            actor: Actor::System,
            source: Source::F,
            source_state: SourceState::Claimed,
            channel: Channel::Form,
            kind: ReporterKind::Anonymous,
            role: Some(ReporterRole::Researcher),
            claims: Claims {
                public: Some(Answer::No),
                ..Claims::default()
            },
            product: None,
            fields: vec![
                field(
                    "description",
                    "The gateway runs an unsigned update file.\nSteps: plug it in.",
                ),
                field("version", "4.1.2"),
            ],
            files: vec![IncomingFile {
                name: b"update.bin".to_vec(),
                body: FileBody::Memory(b"#!/bin/sh".to_vec()),
            }],
            shape: Shape::Form,
            then: Then::OpenCase,
            idempotency_key: None,
        };
        receive(&self.acts, incoming).await.unwrap()
    }
}

fn value_in(html: &str, name: &str) -> Option<String> {
    html.split(&format!("name=\"{name}\" value=\""))
        .nth(1)?
        .split('"')
        .next()
        .map(str::to_owned)
}

/// The words of a page, for a failure's message.
fn plain(html: &str) -> String {
    let main = html.split("<main").nth(1).unwrap_or(html);
    main.split('<')
        .filter_map(|part| part.split_once('>'))
        .map(|(_, text)| text.trim())
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>()
        .join(" | ")
}

#[tokio::test]
async fn a_report_is_worked_to_its_closure_through_the_pages_by_two_people() {
    let house = House::new();
    let annika = house.set_up().await;
    house
        .post(
            &annika,
            "/desk/organisation",
            &[
                ("name", "Example Infusion Systems"),
                ("email", "psirt@example.com"),
                ("emergency_phone", "+49 30 5555 0100"),
            ],
        )
        .await;
    let product = house
        .post(&annika, "/desk/products", &[("name", "IS-200 gateway")])
        .await;
    house
        .post(
            &annika,
            &product,
            &[
                ("do", "release"),
                ("version", "4.1"),
                ("shipped", "2026-03-01"),
            ],
        )
        .await;
    house
        .post(&annika, "/desk/recovery-sheet", &[("safe", "yes")])
        .await;
    let bogdan = house
        .add(
            &annika,
            "Bogdan Ilić",
            "bogdan@example.com",
            &["handler", "approver"],
        )
        .await;

    let taken = house.report().await;
    let inbox = house.get(&annika, "/desk").await;
    assert!(
        inbox.contains("The gateway runs an unsigned update file."),
        "{}",
        plain(&inbox)
    );
    let case = format!(
        "/desk/case/{}",
        inbox
            .split("/desk/case/")
            .nth(1)
            .unwrap()
            .split(['"', '/'])
            .next()
            .unwrap()
    );
    let page = house.get(&annika, &case).await;
    assert!(
        page.contains("Steps: plug it in.") && page.contains("update.bin"),
        "{}",
        plain(&page)
    );
    let report = format!(
        "/desk/report/{}",
        page.split("/desk/report/")
            .nth(1)
            .unwrap()
            .split(['"', '/'])
            .next()
            .unwrap()
    );

    house
        .post(
            &annika,
            &format!("{report}/acknowledge"),
            &[("message", "Thank you. We look at it until Thursday.")],
        )
        .await;
    let product_id = product.rsplit('/').next().unwrap().to_owned();
    house
        .post(
            &annika,
            &format!("{case}/product"),
            &[("product", &product_id)],
        )
        .await;
    let review = [
        ("applicable", "yes"),
        ("verifiable", "yes"),
        ("threats", "no"),
        ("tier", "medium"),
        ("safety_screen", "no"),
        ("harmed", "no"),
        ("applicable_why", "Same on the bench."),
    ];
    house
        .post(&annika, &format!("{case}/review"), &review)
        .await;
    house
        .post(
            &annika,
            &format!("{case}/validate"),
            &[("why", "It is ours.")],
        )
        .await;
    house.post(&annika, &format!("{case}/accept"), &[]).await;
    for act in ["impact", "root-cause", "related"] {
        house
            .post(
                &annika,
                &format!("{case}/{act}"),
                &[("finding", "What we found."), ("cwe", "347")],
            )
            .await;
    }
    house
        .post(
            &annika,
            &format!("{case}/score"),
            &[
                ("vector", "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
                ("why", "Needs the stick."),
            ],
        )
        .await;
    let form = house.get(&annika, &format!("{case}/status")).await;
    let row = form
        .split("name=\"row-")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    house
        .post(
            &annika,
            &format!("{case}/status"),
            &[
                (&format!("row-{row}"), "fixed/verified"),
                ("why", "4.1.3 checks it."),
            ],
        )
        .await;
    house
        .post(
            &annika,
            &format!("{case}/safety"),
            &[
                ("harm", "no"),
                ("hazard", "None: the pump does not take it."),
            ],
        )
        .await;
    house
        .post(
            &annika,
            &format!("{case}/route"),
            &[("route", "change_control"), ("why", "CR-2291")],
        )
        .await;
    for act in ["siblings", "third-parties", "residual-risk"] {
        house
            .post(
                &annika,
                &format!("{case}/{act}"),
                &[("answer", "Looked at, nothing more.")],
            )
            .await;
    }
    house
        .post(&annika, &format!("{case}/verified"), &[("why", "Run 881.")])
        .await;
    house
        .post(
            &annika,
            &format!("{case}/disclosure"),
            &[
                ("decision", "no_disclosure"),
                ("why", "Never shipped with it."),
            ],
        )
        .await;
    house
        .post(
            &annika,
            &format!("{case}/complaint"),
            &[("complaint", "no"), ("why", "Not from a user.")],
        )
        .await;
    let report_id = taken.report.to_string();
    house
        .post(
            &annika,
            &format!("{case}/notice"),
            &[
                ("report", &report_id),
                ("notice", "Fixed in 4.1.3. Write to us if you disagree."),
            ],
        )
        .await;
    let page = house.get(&annika, &case).await;
    assert!(
        page.contains("Propose to close it"),
        "nothing is missing: {}",
        plain(&page)
    );
    house
        .post(
            &annika,
            &format!("{case}/propose-closure"),
            &[("outcome", "fixed"), ("why", "4.1.3 is out.")],
        )
        .await;

    let own = house.get(&annika, &format!("{case}/approve")).await;
    assert!(own.contains("You may not sign this"), "{}", plain(&own));
    let record = house.get(&bogdan, &format!("{case}/approve")).await;
    assert!(
        record.contains("Fixed in 4.1.3. Write to us if you disagree.")
            && record.contains("Same on the bench."),
        "{}",
        plain(&record)
    );
    let digest = value_in(&record, "digest").unwrap();
    let (status, _, body) = house
        .try_post(&annika, &format!("{case}/approve"), &[("digest", &digest)])
        .await;
    assert!(
        status == 422 && body.contains("It was not signed"),
        "the proposer may not sign: {}",
        plain(&body)
    );
    house
        .post(&bogdan, &format!("{case}/approve"), &[("digest", &digest)])
        .await;

    let page = house.get(&bogdan, &case).await;
    assert!(
        page.contains("Outcome: <b>fixed</b>") && page.contains("The approver signed the closure")
            || page.contains("the approver signed the closure"),
        "{}",
        plain(&page)
    );
    let told = house.get(&annika, &report).await;
    assert!(
        told.contains("Fixed in 4.1.3.") && told.contains("closing notice"),
        "{}",
        plain(&told)
    );
    let done = house.get(&annika, "/desk?state=closed").await;
    assert!(done.contains("fixed"), "{}", plain(&done));
}

#[tokio::test]
async fn an_older_form_is_refused_with_everything_typed_and_nothing_is_written() {
    let house = House::new();
    let annika = house.set_up().await;
    house.report().await;
    let inbox = house.get(&annika, "/desk").await;
    let case = format!(
        "/desk/case/{}",
        inbox
            .split("/desk/case/")
            .nth(1)
            .unwrap()
            .split(['"', '/'])
            .next()
            .unwrap()
    );
    let seen = house.seen(&annika, &format!("{case}/note")).await;
    house
        .post(&annika, &format!("{case}/note"), &[("note", "The first.")])
        .await;
    let fields = [
        (
            "note".to_owned(),
            "The second, from an old page.".to_owned(),
        ),
        ("seen".to_owned(), seen),
    ];
    let (status, _, body) = house
        .post_raw(Some(&annika), &format!("{case}/note"), &fields)
        .await;
    assert!(
        status == 422 && body.contains("The second, from an old page."),
        "{}",
        plain(&body)
    );
    let page = house.get(&annika, &case).await;
    assert!(
        page.contains("The first.") && !page.contains("The second"),
        "{}",
        plain(&page)
    );
}

#[tokio::test]
async fn every_overview_opens_over_a_real_store_and_an_auditor_sees_no_contact() {
    let house = House::new();
    let annika = house.set_up().await;
    house.report().await;
    let auditor = house
        .add(&annika, "Dana Left", "dana@example.com", &["auditor"])
        .await;
    for path in [
        "/desk",
        "/desk?state=all&source=f",
        "/desk/search?q=unsigned",
        "/desk/runs",
        "/desk/overview",
        "/desk/coverage",
        "/desk/settings",
        "/desk/people",
        "/desk/products",
        "/desk/policy",
        "/desk/me",
        "/desk/batch/review",
        "/desk/batch/sign",
    ] {
        house.get(&annika, path).await;
    }
    let found = house.get(&auditor, "/desk/search?q=unsigned").await;
    assert!(found.contains("The gateway runs"), "{}", plain(&found));
    house
        .post(
            &annika,
            "/desk/policy",
            &[
                ("acknowledge", "2"),
                ("update", "10"),
                ("zone", "Europe/Berlin"),
                ("closes_at", "16:00"),
                ("holidays", "2026-12-25"),
            ],
        )
        .await;
    let policy = house.get(&annika, "/desk/policy").await;
    assert!(
        policy.contains("2 working days") && policy.contains("2026-12-25"),
        "{}",
        plain(&policy)
    );
}

/// Every gap that the core can name leads to a form that is there.
#[test]
fn every_form_that_a_gap_links_to_exists() {
    use vulnerary_case::case::event::{Lane, Outcome};
    let mut codes = std::collections::BTreeSet::new();
    for lane in [Lane::H, Lane::Hx, Lane::M, Lane::T, Lane::A] {
        for outcome in vulnerary_case::closure::ALL_OUTCOMES
            .into_iter()
            .map(Some)
            .chain([None::<Outcome>])
        {
            codes.extend(
                vulnerary_case::closure::needs(lane, outcome)
                    .into_iter()
                    .map(|n| n.code()),
            );
        }
    }
    for code in codes {
        match super::case::act_of(code) {
            Some(act) => assert!(
                crate::web::desk::acts::case_acts().any(|a| a.slug == act),
                "{code} leads to {act}"
            ),
            None => assert!(
                ["asked_twice", "root_closed"].contains(&code),
                "{code} leads nowhere"
            ),
        }
    }
}

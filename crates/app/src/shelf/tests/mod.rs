//! The desk over a real store: a house with a clock that waits, people who sign in, and forms that are posted.

mod stories;

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

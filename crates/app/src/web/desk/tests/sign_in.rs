//! Getting in, staying in, getting out.

use super::fake::{Fake, PASSWORD};
use super::{get_as, post_as, post_with, send};
use crate::secrets::token::Kind;
use axum::body::Body;
use axum::http::{Request, header};
use std::sync::Arc;
use vulnerary_case::actor::Role;
use vulnerary_case::id::PersonId;

async fn sign_in(house: &Arc<Fake>, email: &str, password: &str, code: &str) -> super::Got {
    post_with(
        house,
        None,
        "/desk/sign-in",
        &[
            ("email", email),
            ("password", password),
            ("code", code),
            ("next", "/desk/runs"),
        ],
    )
    .await
}

#[tokio::test]
async fn password_and_code_sign_in_and_each_code_once() {
    let house = Arc::new(
        Fake::at("https://security.example.com")
            .with_account(&[Role::Handler])
            .await,
    );
    let code = house.code();
    let got = sign_in(&house, "Annika@example.com", PASSWORD, &code).await;
    assert_eq!((got.status.as_u16(), got.location()), (303, "/desk/runs"));
    let cookie = got.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-vulnerary=")
            && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    let pair = cookie.split(';').next().unwrap();
    let page = send(
        &house,
        Request::get("/desk/runs")
            .header(header::COOKIE, pair)
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(page.status, 200);
    assert_eq!(
        sign_in(&house, "annika@example.com", PASSWORD, &code)
            .await
            .status,
        422,
        "the same code again"
    );
}

#[tokio::test]
async fn what_is_wrong_is_not_told_apart() {
    let house = Arc::new(Fake::new().with_account(&[Role::Handler]).await);
    let code = house.code();
    let mut bodies = Vec::new();
    for (email, password, code) in [
        ("annika@example.com", "wrong", code.as_str()),
        ("annika@example.com", PASSWORD, "000000"),
        ("nobody@example.com", PASSWORD, code.as_str()),
    ] {
        let got = sign_in(&house, email, password, code).await;
        assert_eq!(got.status, 422);
        assert!(got.headers.get(header::SET_COOKIE).is_none());
        assert!(
            got.body.contains(&format!("value=\"{email}\"")),
            "the address is still there"
        );
        assert!(!got.body.contains(PASSWORD), "a password never comes back");
        bodies.push(got.body.replace(email, "…"));
    }
    assert!(bodies.windows(2).all(|w| w[0] == w[1]));
}

#[tokio::test]
async fn a_recovery_code_works_once() {
    let house = Arc::new(Fake::new().with_account(&[Role::Handler]).await);
    assert_eq!(
        sign_in(
            &house,
            "annika@example.com",
            PASSWORD,
            "aaaa bbbb cccc dddd"
        )
        .await
        .status,
        303
    );
    assert_eq!(
        sign_in(
            &house,
            "annika@example.com",
            PASSWORD,
            "AAAA-BBBB-CCCC-DDDD"
        )
        .await
        .status,
        422
    );
}

#[tokio::test]
async fn who_may_no_longer_sign_in_is_out_at_once() {
    let house = Arc::new(Fake::new().with_account(&[Role::Handler]).await);
    let cookie = house.signed_in(&[Role::Handler]);
    house.deactivate();
    assert_eq!(
        sign_in(&house, "annika@example.com", PASSWORD, &house.code())
            .await
            .status,
        422
    );
    let got = send(
        &house,
        Request::get("/desk")
            .header(header::COOKIE, cookie)
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(
        (got.status.as_u16(), got.location()),
        (303, "/desk/sign-in?next=/desk")
    );
}

#[tokio::test]
async fn an_expired_session_gives_everything_typed_back() {
    let house = Arc::new(Fake::new());
    let cookie = house.signed_in(&[Role::Handler]);
    house.pass(2 * 60 * 60);
    let fields = [
        ("seen", "12"),
        ("why", "A long \"rationale\" <i>"),
        ("password", "secret words here"),
    ];
    let got = post_with(
        &house,
        Some(&cookie),
        "/desk/case/VC-3PD8-T6R/validate",
        &fields,
    )
    .await;
    assert_eq!(got.status, 401);
    assert!(
        got.body
            .contains("action=\"/desk/case/VC-3PD8-T6R/validate\"")
    );
    assert!(
        got.body
            .contains("name=\"why\" value=\"A long &quot;rationale&quot; &lt;i&gt;\""),
        "{}",
        got.body
    );
    assert!(got.body.contains("name=\"seen\" value=\"12\""));
    assert!(!got.body.contains("secret words here"), "but no password");
    assert!(house.acts().is_empty());
}

#[tokio::test]
async fn a_form_from_another_site_does_nothing() {
    let house = Arc::new(Fake::new());
    let cookie = house.signed_in(&[Role::Handler]);
    let post = |name: &'static str, value: &'static str| {
        Request::post("/desk/case/VC-3PD8-T6R/validate")
            .header(header::COOKIE, cookie.clone())
            .header(header::HOST, "127.0.0.1:8080")
            .header(name, value)
            .body(Body::from("why=because&seen=12"))
            .unwrap()
    };
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        assert_eq!(
            send(&house, post(name, value)).await.status,
            403,
            "{name}: {value}"
        );
    }
    assert!(house.acts().is_empty());
    assert_eq!(
        send(&house, post("origin", "http://127.0.0.1:8080"))
            .await
            .status,
        303
    );
    assert_eq!(house.acts().len(), 1);
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let house = Arc::new(Fake::new());
    let got = post_as(&house, &[Role::Handler], "/desk/sign-out", &[]).await;
    assert_eq!(got.location(), "/desk/sign-in");
    assert_eq!(house.sessions(), 0);
}

#[tokio::test]
async fn a_changed_password_needs_the_old_one_and_a_code() {
    let house = Arc::new(Fake::new().with_account(&[Role::Handler]).await);
    let new = "eight purple trains by night";
    let code = house.code();
    let path = "/desk/me/password";
    assert_eq!(
        post_as(
            &house,
            &[Role::Handler],
            path,
            &[
                ("password", "wrong"),
                ("code", &code),
                ("new", new),
                ("again", new)
            ]
        )
        .await
        .status,
        422
    );
    assert_eq!(
        post_as(
            &house,
            &[Role::Handler],
            path,
            &[
                ("password", PASSWORD),
                ("code", &code),
                ("new", new),
                ("again", "other")
            ]
        )
        .await
        .status,
        422
    );
    assert_eq!(
        post_as(
            &house,
            &[Role::Handler],
            path,
            &[
                ("password", PASSWORD),
                ("code", &code),
                ("new", new),
                ("again", new)
            ]
        )
        .await
        .status,
        303
    );
    house.pass(60);
    let signed = sign_in(&house, "annika@example.com", new, &house.code()).await;
    assert_eq!(signed.status, 303);
}

#[tokio::test]
async fn the_set_up_link_makes_the_first_person_once() {
    let house = Arc::new(Fake::new());
    let path = format!("/desk/set-up/{}", house.link_of(Kind::SetUp, None));
    let form = send(&house, Request::get(&path).body(Body::empty()).unwrap())
        .await
        .body;
    let secret = form
        .split("name=\"secret\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let mut bytes = [0; 20];
    hex::decode_to_slice(&secret, &mut bytes).unwrap();
    let code = crate::secrets::totp::TotpSecret(bytes)
        .code_at(u64::try_from(super::sample::now().as_second()).unwrap());
    let fields = |code: &str| {
        vec![
            ("secret".to_owned(), secret.clone()),
            ("name".into(), "Edda Roth".into()),
            ("email".into(), "edda@example.com".into()),
            ("password".into(), PASSWORD.into()),
            ("again".into(), PASSWORD.into()),
            ("code".into(), code.to_owned()),
        ]
    };
    let post = |code: &str| {
        let fields = fields(code);
        let house = house.clone();
        let path = path.clone();
        async move {
            post_with(
                &house,
                None,
                &path,
                &fields
                    .iter()
                    .map(|(n, v)| (n.as_str(), v.as_str()))
                    .collect::<Vec<_>>(),
            )
            .await
        }
    };
    let wrong = post("000000").await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.body.contains("value=\"Edda Roth\"") && wrong.body.contains(&secret),
        "typed text and secret stay"
    );
    let right = post(&code).await;
    assert_eq!(right.status, 200);
    assert_eq!(right.body.matches("<li>").count(), 10, "ten recovery codes");
    assert!(right.headers.get(header::SET_COOKIE).is_some());
    assert_eq!(post(&code).await.status, 404, "the link works once");
}

#[tokio::test]
async fn an_invitation_is_for_one_person_and_a_while() {
    let house = Arc::new(Fake::new().with_account(&[Role::Administrator]).await);
    let got = post_as(
        &house,
        &[Role::Administrator],
        "/desk/people/00000000-0000-0000-0000-000000000003",
        &[("do", "invite")],
    )
    .await;
    let link = got
        .body
        .split("http://127.0.0.1:8080/desk/join/")
        .nth(1)
        .expect("a link")
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    let path = format!("/desk/join/{link}");
    assert_eq!(
        send(&house, Request::get(&path).body(Body::empty()).unwrap())
            .await
            .status,
        200
    );
    house.pass(8 * 24 * 60 * 60);
    assert_eq!(
        send(&house, Request::get(&path).body(Body::empty()).unwrap())
            .await
            .status,
        404
    );
    let other = house.link_of(Kind::Invitation, Some(PersonId(uuid::Uuid::from_u128(1))));
    assert_eq!(
        send(
            &house,
            Request::get(format!("/desk/set-up/{other}"))
                .body(Body::empty())
                .unwrap()
        )
        .await
        .status,
        404,
        "not a set-up link"
    );
}

/// Whoever made a link could open it: so the desk makes none for somebody who can sign in already.
#[tokio::test]
async fn no_administrator_makes_a_link_for_somebody_who_has_a_way_in() {
    let house = Arc::new(Fake::new().with_account(&[Role::Administrator]).await);
    let got = post_as(
        &house,
        &[Role::Administrator],
        "/desk/people/00000000-0000-0000-0000-000000000002",
        &[("do", "invite")],
    )
    .await;
    assert_eq!(got.status, 422);
    assert!(!got.body.contains("/desk/join/"), "{}", got.body);
}

#[tokio::test]
async fn a_session_of_somebody_else_cannot_be_ended() {
    let house = Arc::new(Fake::new());
    let before = get_as(&house, &[Role::Handler], "/desk/me").await;
    assert_eq!(before.status, 200);
    post_as(
        &house,
        &[Role::Handler],
        "/desk/me/session",
        &[("session", &"ab".repeat(32))],
    )
    .await;
    assert_eq!(house.sessions(), 1);
}

//! The public routes as a stranger meets them.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
};
use tower::ServiceExt;

use super::{
    PublicRefusal, SiteFacts,
    fake::{self, Fake, WORDS},
    router,
};
use crate::{
    channels::form::{FormLimits, RefusalCode},
    web::{
        headers::{self, HeaderSettings},
        limits::BucketSettings,
    },
};

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    text: String,
}

fn app(fake: &Fake) -> Router {
    let settings = HeaderSettings {
        desk: false,
        https: true,
    };
    router(fake.clone()).layer(axum::middleware::from_fn_with_state(
        settings,
        headers::layer,
    ))
}

async fn ask(fake: &Fake, request: Request<Body>) -> Answer {
    let response = app(fake).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 22).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

async fn get(fake: &Fake, path: &str) -> Answer {
    ask(fake, Request::get(path).body(Body::empty()).unwrap()).await
}

fn form(path: &str, body: &str) -> Request<Body> {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

fn json(mut request: Request<Body>) -> Request<Body> {
    request
        .headers_mut()
        .insert(header::ACCEPT, "application/json".parse().unwrap());
    request
}

#[tokio::test]
async fn every_page_answers_with_the_headers_and_no_cookie() {
    let fake = Fake::new();
    let css = crate::web::style::path();
    for path in [
        "/",
        "/report",
        "/track",
        "/policy",
        "/.well-known/security.txt",
        "/security.txt",
        css,
        "/.well-known/vulnerary-keys",
        "/checkpoint",
        "/healthz",
        "/readyz",
    ] {
        let answer = get(&fake, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(
            answer.headers[header::CONTENT_SECURITY_POLICY],
            headers::PUBLIC_CSP,
            "{path}"
        );
        assert!(answer.headers.get(header::SET_COOKIE).is_none(), "{path}");
    }
    assert!(
        get(&fake, css).await.headers[header::CACHE_CONTROL]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    assert_eq!(
        get(&fake, "/static/style-0000.css").await.headers[header::CACHE_CONTROL],
        "no-cache"
    );
    assert_eq!(
        get(&fake, "/static/../Cargo.toml").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(get(&fake, "/nowhere").await.status, StatusCode::NOT_FOUND);
    let wrong = Request::builder()
        .method(Method::DELETE)
        .uri("/report")
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        ask(&fake, wrong).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn a_report_gives_a_receipt_that_no_browser_keeps() {
    let fake = Fake::new();
    let answer = ask(
        &fake,
        form(
            "/report",
            "description=It+restarts&danger_now=maybe&idempotency_key=0123456789abcdefghijkl",
        ),
    )
    .await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    assert!(answer.text.contains("VR-7KQ4-M2X") && answer.text.contains("<li>harbor</li>"));
    assert!(
        answer.text.contains("read it as unknown"),
        "the note is said"
    );
    let seen = fake.seen();
    assert_eq!(
        seen.fields[0],
        (b"description".to_vec(), b"It restarts".to_vec())
    );
    assert_eq!(seen.fields.len(), 2, "the key is no field");
    assert_eq!(seen.key.as_deref(), Some("0123456789abcdefghijkl"));
}

#[tokio::test]
async fn machines_get_json() {
    let fake = Fake::new();
    let answer = ask(&fake, json(form("/report", "description=x"))).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let value: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(value["report"], "VR-7KQ4-M2X");
    assert_eq!(value["secret"], WORDS);
    assert_eq!(value["track_url"], "/track");
}

#[tokio::test]
async fn every_refusal_has_its_code_and_status_and_is_counted() {
    let small = SiteFacts {
        limits: FormLimits {
            total_bytes: 2_000,
            field_bytes: 500,
            fields: 3,
            ..FormLimits::default()
        },
        ..fake::facts()
    };
    let many = "a=1&b=2&c=3&d=4";
    let text = |body: &str| {
        Request::post("/report")
            .header(header::CONTENT_TYPE, "text/csv")
            .body(Body::from(body.to_owned()))
            .unwrap()
    };
    let huge = Request::post("/report")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::CONTENT_LENGTH, "2147483648")
        // Three bytes come in place of 2 GB: only the declared length can be the reason.
        .body(Body::from("a=1"))
        .unwrap();
    for (request, status, code) in [
        (
            form("/report", "description=+%0A&product=x"),
            422,
            RefusalCode::EmptyReport,
        ),
        (
            form("/report", &format!("description={}", "x".repeat(501))),
            413,
            RefusalCode::TooLarge,
        ),
        (
            form("/report", &"x".repeat(2_001)),
            413,
            RefusalCode::TooLarge,
        ),
        (huge, 413, RefusalCode::TooLarge),
        (form("/report", many), 413, RefusalCode::TooManyFields),
        (text("a,b"), 415, RefusalCode::UnsupportedType),
    ] {
        let fake = Fake::with(small.clone(), BucketSettings::default(), None);
        let answer = ask(&fake, json(request)).await;
        assert_eq!(answer.status.as_u16(), status, "{code:?}: {}", answer.text);
        let value: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(value["code"], code.as_str());
        assert!(
            value["message"].as_str().is_some_and(|m| !m.is_empty())
                && value["hint"].as_str().is_some()
        );
        assert_eq!(fake.seen().refused, [code]);
    }
}

#[tokio::test]
async fn a_failure_gives_the_text_back() {
    for (fails, status, retry) in [
        (PublicRefusal::Busy { retry_after: 7 }, 503, Some("7")),
        (PublicRefusal::StorageFull, 503, Some("60")),
        (
            PublicRefusal::Failed {
                reference: "E-77".into(),
            },
            500,
            None,
        ),
    ] {
        let fake = Fake::with(fake::facts(), BucketSettings::default(), Some(fails));
        let answer = ask(
            &fake,
            form(
                "/report",
                "description=Line+one%0D%0Atwo&idempotency_key=0123456789abcdefghijkl",
            ),
        )
        .await;
        assert_eq!(answer.status.as_u16(), status);
        assert!(
            answer.text.contains(">\nLine one\r\ntwo</textarea>"),
            "{}",
            answer.text
        );
        assert!(
            answer.text.contains("value=\"0123456789abcdefghijkl\""),
            "the retry is the same report"
        );
        assert_eq!(
            answer
                .headers
                .get(header::RETRY_AFTER)
                .map(|v| v.to_str().unwrap()),
            retry
        );
        let answer = ask(
            &fake,
            form(
                "/track/message",
                &format!("words={WORDS}&message=Hello+again"),
            ),
        )
        .await;
        assert_eq!(answer.status.as_u16(), status);
        assert!(
            answer.text.contains("Hello again</textarea>"),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn a_full_bucket_says_when_and_gives_the_text_back() {
    let settings = BucketSettings {
        global_burst: 2,
        staff_reserve: 1,
        ..BucketSettings::default()
    };
    let fake = Fake::with(fake::facts(), settings, None);
    assert_eq!(
        ask(&fake, form("/report", "description=first"))
            .await
            .status,
        StatusCode::CREATED
    );
    let answer = ask(&fake, form("/report", "description=second")).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers[header::RETRY_AFTER], "1");
    assert!(answer.text.contains("second</textarea>"));
    assert_eq!(fake.seen().refused, [RefusalCode::Busy]);
    // Reading pages costs nothing.
    assert_eq!(get(&fake, "/report").await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_content_type_gives_the_text_back() {
    let request = Request::post("/report")
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from("description=plain"))
        .unwrap();
    let answer = ask(&Fake::new(), request).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(
        answer.text.contains("description=plain</textarea>"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn words_open_a_report_however_they_are_typed() {
    let fake = Fake::new();
    let shouted = WORDS.to_uppercase().replace(' ', "-%0D%0A+");
    let answer = ask(&fake, form("/track", &format!("words={shouted}"))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    assert!(
        answer.text.contains("VR-7KQ4-M2X")
            && answer.text.contains("&lt;script&gt;")
            && answer.text.contains("U+202E")
    );
    assert!(
        answer
            .text
            .contains(&format!("name=\"words\" value=\"{WORDS}\""))
    );
    for (typed, says) in [
        ("harbor violin", "you typed 2"),
        (&"zoo ".repeat(12), "No report has these words"),
    ] {
        let answer = ask(&fake, form("/track", &format!("words={typed}"))).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            answer.text.contains(says) && answer.text.contains(typed.trim()),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn a_message_is_sent_and_an_empty_one_is_not() {
    let fake = Fake::new();
    let answer = ask(
        &fake,
        form(
            "/track/message",
            &format!("words={WORDS}&message=One+more+thing"),
        ),
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text.contains("We have your message"));
    assert_eq!(fake.seen().messages, [b"One more thing".to_vec()]);
    let answer = ask(
        &fake,
        form("/track/message", &format!("words={WORDS}&message=+")),
    )
    .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("<title>Error: ") && answer.text.contains("href=\"#f-message\""));
}

#[tokio::test]
async fn the_saved_receipt_never_holds_the_words() {
    let answer = ask(
        &Fake::new(),
        form("/track/receipt", &format!("words={WORDS}")),
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.headers[header::CONTENT_DISPOSITION],
        "attachment; filename=\"VR-7KQ4-M2X.receipt.json\""
    );
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    assert!(!answer.text.contains("harbor") && !answer.text.contains("secret"));
}

#[tokio::test]
async fn readiness_is_told_apart_from_health() {
    let full = Fake::with(
        fake::facts(),
        BucketSettings::default(),
        Some(PublicRefusal::StorageFull),
    );
    assert_eq!(
        get(&full, "/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(get(&full, "/healthz").await.status, StatusCode::OK);
}

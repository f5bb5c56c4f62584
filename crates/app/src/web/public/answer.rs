//! What the handlers share: answers as pages or JSON, refusals in words, and letting a refused sender finish.

use std::time::Duration;

use axum::{
    Json,
    body::{Body, HttpBody},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{PublicRefusal, SiteFacts};
use crate::{
    channels::form::RefusalCode,
    text,
    web::{
        components::{Tone, note},
        status,
    },
};

/// A refusal, ready to be said as a page or as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) hint: String,
    pub(super) retry_after: Option<u32>,
    pub(super) reference: Option<String>,
}

impl Said {
    /// A refusal of the form reader.
    pub(super) fn refusal(code: RefusalCode, facts: &SiteFacts) -> Self {
        let (message, hint) = text::refusal(code, &facts.limits);
        Self {
            status: status::of_refusal(code),
            code: code.as_str(),
            message: message.into(),
            hint,
            retry_after: matches!(code, RefusalCode::Busy | RefusalCode::StorageFull).then_some(60),
            reference: None,
        }
    }

    /// A full bucket.
    pub(super) fn busy(retry_after: u32, facts: &SiteFacts) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::refusal(RefusalCode::Busy, facts)
        }
    }

    /// A refusal of the rest of the product.
    pub(super) fn public(refusal: PublicRefusal, facts: &SiteFacts) -> Self {
        match refusal {
            PublicRefusal::Busy { retry_after } => Self::busy(retry_after, facts),
            PublicRefusal::StorageFull => Self::refusal(RefusalCode::StorageFull, facts),
            PublicRefusal::Failed { reference } => Self {
                status: status::INTERNAL,
                code: "failed",
                message: text::FAILED.0.into(),
                hint: text::FAILED.1.into(),
                retry_after: None,
                reference: Some(reference),
            },
        }
    }

    /// The box that says it on a page.
    pub(super) fn note(&self) -> Markup {
        note(
            Tone::Alarm,
            html! {
                h2 { (self.message) }
                p { (self.hint) }
                @if let Some(seconds) = self.retry_after { p { "It is worth trying again in " (text::seconds(seconds)) "." } }
                @if let Some(reference) = &self.reference { p { "Reference: " code { (reference) } } }
            },
        )
    }

    /// The answer as a page.
    pub(super) fn page(&self, page: Markup) -> Response {
        self.finish((self.status, page).into_response())
    }

    /// The answer for machines: `{"code","message","hint"}`.
    pub(super) fn json(&self) -> Response {
        let body =
            serde_json::json!({ "code": self.code, "message": self.message, "hint": self.hint });
        self.finish((self.status, Json(body)).into_response())
    }

    fn finish(&self, mut response: Response) -> Response {
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Whether the sender is a program that wants JSON: it names it and does not name HTML, as browsers always do.
pub(super) fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    accept.contains("application/json") && !accept.contains("text/html")
}

/// What a refused sender may still send, so that the answer reaches it: a connection that is closed under a sender is
/// reset, and a browser then shows its own error in place of ours.
const LINGER_BYTES: usize = 64 * 1024 * 1024;
const LINGER: Duration = Duration::from_secs(20);

/// Reads on and forgets, up to a limit, while the answer goes out.
pub(super) fn linger(mut body: Body) {
    tokio::spawn(async move {
        let drain = async {
            let mut left = LINGER_BYTES;
            let mut next = async || {
                std::future::poll_fn(|cx| std::pin::Pin::new(&mut body).poll_frame(cx)).await
            };
            while let Some(Ok(frame)) = next().await {
                let size = frame.data_ref().map_or(0, axum::body::Bytes::len);
                let Some(rest) = left.checked_sub(size) else {
                    return;
                };
                left = rest;
            }
        };
        // Either end is fine: nothing depends on it.
        let _finished = tokio::time::timeout(LINGER, drain).await;
    });
}

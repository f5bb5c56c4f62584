//! What strangers do on the public side: report, follow a report with its words, answer, read.

use super::form;
use super::pages::{Fields, Pages, encode};
use anyhow::{Context, bail};
use axum::body::Body;
use axum::http::{Request, header};
use serde_json::Value;

/// What the public form answered.
#[derive(Debug)]
pub struct Received {
    /// `VR-…`
    pub report: String,
    /// The follow-up words, where the reporter got some.
    pub words: Option<String>,
    /// The receipt with the words, as JSON.
    pub json: Value,
}

impl Pages {
    /// What a stranger sends with the public form, asking for JSON.
    ///
    /// # Errors
    /// Where it was refused.
    pub async fn report(&self, fields: Fields<'_>) -> anyhow::Result<Received> {
        let request = Request::post("/report")
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = self
            .send(request.body(encode(fields.iter().copied()))?)
            .await?;
        if answer.status != 201 {
            bail!("the form answered {}: {}", answer.status, answer.body);
        }
        let json: Value = serde_json::from_str(&answer.body)?;
        let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
        let report = text("report").context("a receipt without a number")?;
        Ok(Received {
            report,
            words: text("secret"),
            json,
        })
    }

    /// The page that opens with a report's follow-up words, as words.
    ///
    /// # Errors
    /// Where it does not open.
    pub async fn track(&self, words: &str) -> anyhow::Result<String> {
        self.public_post("/track", &[("words", words)]).await
    }

    /// What the reporter writes on it.
    ///
    /// # Errors
    /// Where it is not taken.
    pub async fn answer(&self, words: &str, message: &str) -> anyhow::Result<String> {
        self.public_post("/track/message", &[("words", words), ("message", message)])
            .await
    }

    /// A page or a file of the public side, as it is.
    ///
    /// # Errors
    /// Where it is not there.
    pub async fn visit(&self, path: &str) -> anyhow::Result<String> {
        let answer = self.send(Request::get(path).body(Body::empty())?).await?;
        if answer.status != 200 {
            bail!(
                "{path} answered {}: {}",
                answer.status,
                form::words(&answer.body)
            );
        }
        Ok(answer.body)
    }

    async fn public_post(&self, path: &str, fields: Fields<'_>) -> anyhow::Result<String> {
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = self
            .send(request.body(encode(fields.iter().copied()))?)
            .await?;
        if answer.status != 200 {
            bail!(
                "{path} answered {}: {}",
                answer.status,
                form::words(&answer.body)
            );
        }
        Ok(form::words(&answer.body))
    }
}

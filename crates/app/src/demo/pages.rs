//! Works the pages as people do with a browser, inside the process: reads a form, fills it in, signs, sends it.
//!
//! The demonstration and the tests of clause 9.2 act through this only; so whatever they made went through the real
//! commands, and nobody wrote a row.

use super::clock::Clock;
use super::form;
use crate::app::App;
use crate::secrets::totp::TotpSecret;
use crate::site::server;
use crate::web::desk::gate::query_value;
use anyhow::{Context, bail};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, Request, header};
use jiff::SignedDuration;
use std::sync::{Arc, Mutex, PoisonError};
use tower::ServiceExt;

/// The longest page that is read.
const MOST_PAGE: usize = 16 * 1024 * 1024;
/// Between two acts; longer than a one-time code lives, so that each signature has a code of its own.
const BETWEEN: SignedDuration = SignedDuration::from_mins(1);

/// Fields of a form, as typed. For a list, the words of the choice can stand instead of its value; `row 4.1` is the
/// status of release 4.1; `in 90 days` is that date.
pub type Fields<'a> = &'a [(&'a str, &'a str)];

/// Somebody who can sign in.
#[derive(Debug)]
pub struct Staff {
    /// Name, as it stands under signatures.
    pub name: String,
    /// Mail address, to sign in with.
    pub email: String,
    /// Password.
    pub password: String,
    /// The app with the one-time codes.
    pub app: TotpSecret,
    cookie: Mutex<String>,
}

pub(super) struct Answer {
    pub(super) status: u16,
    location: String,
    cookie: String,
    pub(super) body: String,
}

/// The pages of an open installation, and the hands that work them.
#[derive(Clone)]
pub struct Pages {
    router: Router,
    clock: Arc<dyn Clock>,
    public_url: String,
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pages")
    }
}

impl Pages {
    /// Of this installation, whose time is `clock`.
    ///
    /// # Errors
    /// As [`server::router`].
    pub fn of(app: &App, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        Ok(Self {
            router: server::router(app)?,
            clock,
            public_url: app.public_url(),
        })
    }

    /// Its clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Follows a link and makes an account: the set-up link's first person, or somebody who was invited.
    ///
    /// # Errors
    /// Where the link does not work, or the password is too weak.
    pub async fn join(
        &self,
        link: &str,
        name: &str,
        email: &str,
        password: &str,
    ) -> anyhow::Result<Staff> {
        let path = link.strip_prefix(&self.public_url).unwrap_or(link);
        let page = self
            .send(Request::get(path).body(Body::empty())?)
            .await?
            .body;
        let secret = form::hidden(&page, "secret").context("this link does not work")?;
        let mut app = TotpSecret([0; 20]);
        hex::decode_to_slice(&secret, &mut app.0)?;
        let code = self.code(&app);
        let fields = [
            ("secret", secret.as_str()),
            ("name", name),
            ("email", email),
            ("password", password),
            ("again", password),
            ("code", &code),
        ];
        let answer = self.send(from_here(path, "").body(encode(fields))?).await?;
        if answer.status != 200 {
            bail!("{name} cannot join: {}", form::words(&answer.body));
        }
        self.clock.pass(BETWEEN);
        let (name, email, password) = (name.to_owned(), email.to_owned(), password.to_owned());
        Ok(Staff {
            name,
            email,
            password,
            app,
            cookie: Mutex::new(session(&answer.cookie)),
        })
    }

    /// Adds somebody with these roles, who then joins.
    ///
    /// # Errors
    /// As [`Pages::act`] and [`Pages::join`].
    pub async fn add(
        &self,
        admin: &Staff,
        name: &str,
        email: &str,
        password: &str,
        roles: &[&str],
    ) -> anyhow::Result<Staff> {
        let mut fields = vec![("name", name), ("email", email)];
        fields.extend(roles.iter().map(|role| ("roles", *role)));
        let shown = self.post(admin, "/desk/people", &fields).await?.body;
        let link = shown
            .split(&format!("{}/desk/join/", self.public_url))
            .nth(1);
        let link = link
            .and_then(|rest| rest.split('<').next())
            .context("no link was shown")?;
        self.join(&format!("/desk/join/{link}"), name, email, password)
            .await
    }

    /// A page of the desk.
    ///
    /// # Errors
    /// Where it is not there for them.
    pub async fn read(&self, who: &Staff, path: &str) -> anyhow::Result<String> {
        let answer = self.get(who, path).await?;
        if answer.status != 200 {
            bail!(
                "{path} answered {} to {}: {}",
                answer.status,
                who.name,
                form::words(&answer.body)
            );
        }
        Ok(answer.body)
    }

    /// Fills in the form at `path` and sends it; answers where it led.
    ///
    /// # Errors
    /// What the page said, where it was not done.
    pub async fn act(&self, who: &Staff, path: &str, fields: Fields<'_>) -> anyhow::Result<String> {
        let answer = self.post(who, path, fields).await?;
        match answer.status {
            303 => Ok(answer.location),
            200 => Ok(form::words(&answer.body)),
            status => bail!(
                "{path} answered {status} to {}: {}",
                who.name,
                form::words(&answer.body)
            ),
        }
    }

    async fn post(&self, who: &Staff, path: &str, fields: Fields<'_>) -> anyhow::Result<Answer> {
        self.clock.pass(BETWEEN);
        let page = self.get(who, path).await?.body;
        let mut all: Vec<(String, String)> = Vec::new();
        for (name, value) in fields {
            if let Some(days) = value
                .strip_prefix("in ")
                .and_then(|v| v.strip_suffix(" days"))
            {
                all.push(((*name).to_owned(), self.day(days.parse()?)));
                continue;
            }
            all.push(
                filled(&page, name, value)
                    .with_context(|| format!("{path} has no {name} “{value}”"))?,
            );
        }
        let typed = |all: &[(String, String)], name: &str| all.iter().any(|(n, _)| n == name);
        for (name, value) in form::ticked(&page) {
            if ["report", "case", "from"].contains(&name.as_str())
                && !fields.iter().any(|(n, _)| *n == name)
            {
                all.push((name, value));
            }
        }
        for name in ["seen", "digest", "lane"] {
            if let Some(value) = form::hidden(&page, name)
                && !typed(&all, name)
            {
                all.push((name.to_owned(), value));
            }
        }
        all.push(("password".into(), who.password.clone()));
        all.push(("code".into(), self.code(&who.app)));
        let body = encode(all.iter().map(|(n, v)| (n.as_str(), v.as_str())));
        self.send(from_here(path, &who.cookie()).body(body)?).await
    }

    /// A page; whoever's session is over signs in first.
    async fn get(&self, who: &Staff, path: &str) -> anyhow::Result<Answer> {
        let ask = || {
            Request::get(path)
                .header(header::COOKIE, who.cookie())
                .body(Body::empty())
        };
        let answer = self.send(ask()?).await?;
        if answer.status != 303 || !answer.location.starts_with("/desk/sign-in") {
            return Ok(answer);
        }
        let code = self.code(&who.app);
        let fields = [
            ("email", who.email.as_str()),
            ("password", &who.password),
            ("code", &code),
        ];
        let signed_in = self
            .send(from_here("/desk/sign-in", "").body(encode(fields))?)
            .await?;
        if signed_in.status != 303 {
            bail!(
                "{} cannot sign in: {}",
                who.name,
                form::words(&signed_in.body)
            );
        }
        *who.cookie.lock().unwrap_or_else(PoisonError::into_inner) = session(&signed_in.cookie);
        self.clock.pass(BETWEEN);
        self.send(ask()?).await
    }

    /// The day so many days from now, as a form sends it.
    fn day(&self, days: i64) -> String {
        let then = self
            .clock
            .now()
            .saturating_add(SignedDuration::from_hours(days.saturating_mul(24)));
        then.unwrap_or(self.clock.now())
            .strftime("%Y-%m-%d")
            .to_string()
    }

    fn code(&self, app: &TotpSecret) -> String {
        app.code_at(u64::try_from(self.clock.now().as_second()).unwrap_or(0))
    }

    pub(super) async fn send(&self, request: Request<Body>) -> anyhow::Result<Answer> {
        let response = self.router.clone().oneshot(request).await?;
        let text = |name: HeaderName| {
            let value = response.headers().get(name).and_then(|v| v.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (status, location, cookie) = (
            response.status().as_u16(),
            text(header::LOCATION),
            text(header::SET_COOKIE),
        );
        let body = axum::body::to_bytes(response.into_body(), MOST_PAGE).await?;
        Ok(Answer {
            status,
            location,
            cookie,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

impl Staff {
    fn cookie(&self) -> String {
        self.cookie
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// One field as the form sends it.
fn filled(page: &str, name: &str, value: &str) -> Option<(String, String)> {
    if let Some(version) = name.strip_prefix("row ") {
        let row = form::labelled(page, "row-", version)?;
        let value = form::option(page, &row, value)?;
        return Some((row, value));
    }
    if page.contains("<select") && page.contains(&format!("name=\"{name}\"")) {
        let words = form::option(page, name, value);
        return Some((name.to_owned(), words.unwrap_or_else(|| value.to_owned())));
    }
    Some((name.to_owned(), value.to_owned()))
}

/// A post from our own page.
fn from_here(path: &str, cookie: &str) -> axum::http::request::Builder {
    let request = Request::post(path).header("sec-fetch-site", "same-origin");
    if cookie.is_empty() {
        request
    } else {
        request.header(header::COOKIE, cookie)
    }
}

fn session(cookie: &str) -> String {
    cookie.split(';').next().unwrap_or_default().to_owned()
}

pub(super) fn encode<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Body {
    let pairs: Vec<String> = fields
        .into_iter()
        .map(|(n, v)| format!("{n}={}", query_value(v)))
        .collect();
    Body::from(pairs.join("&"))
}

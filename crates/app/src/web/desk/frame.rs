//! The desk's frame: the bar, what the desk insists on, and the pages that say that something is not there or went wrong.

use super::model::Around;
use super::needs::Trouble;
use crate::access::Signed;
use crate::web::components::{Tone, note, plain_button};
use crate::web::layout::{NavLink, Page, Shell, layout};
use crate::web::status;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use vulnerary_case::actor::Role;

/// Who looks at a page, and when: all that a view needs besides its model.
#[derive(Clone, Debug)]
pub struct Look {
    /// Now.
    pub now: Timestamp,
    /// The organisation's zone.
    pub zone: TimeZone,
    /// The name of who looks.
    pub name: String,
    /// Their roles.
    pub roles: Vec<Role>,
}

impl Look {
    /// Whether they hold one of these roles.
    pub fn holds(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|r| roles.contains(r))
    }

    /// Whether they may act on cases.
    pub fn works(&self) -> bool {
        self.holds(&[
            Role::Handler,
            Role::Approver,
            Role::Safety,
            Role::Regulatory,
        ])
    }

    /// Whether they may read cases.
    pub fn reads(&self) -> bool {
        self.works() || self.holds(&[Role::Auditor])
    }
}

/// A page in the making: who looks, and what surrounds it.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// Who and when.
    pub look: Look,
    /// The organisation.
    pub around: Around,
}

impl Ctx {
    /// Of somebody signed in.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn of(signed: &Signed) -> Result<Self, Failure> {
        let around = signed.around().await?;
        let look = Look {
            now: signed.now(),
            zone: around.zone.clone(),
            name: signed.person().name.clone(),
            roles: signed.roles().to_vec(),
        };
        Ok(Self { look, around })
    }

    /// The page, as asked for.
    pub fn show(&self, page: Page) -> Response {
        (status::OK, self.document(page)).into_response()
    }

    /// The form again, with what to put right.
    pub fn show_errors(&self, page: Page) -> Response {
        (status::UNPROCESSABLE, self.document(page.error(true))).into_response()
    }

    /// The whole document.
    pub fn document(&self, mut page: Page) -> Markup {
        page.main = html! { (insists(&self.around, &self.look)) (page.main) };
        layout(&shell(&self.look), &page)
    }
}

/// The bar for what this person may open.
fn shell(look: &Look) -> Shell {
    let mut links = Vec::new();
    if look.reads() {
        links.extend([
            ("/desk", "Inbox"),
            ("/desk/search", "Search"),
            ("/desk/runs", "Runs"),
            ("/desk/overview", "Overview"),
        ]);
    }
    links.push(("/desk/new", "Report"));
    if look.reads() || look.holds(&[Role::Administrator]) {
        links.push(("/desk/coverage", "Coverage"));
    }
    if look.holds(&[Role::Administrator]) {
        links.push(("/desk/settings", "Settings"));
    }
    let aside = html! {
        a href="/desk/me" { (look.name) }
        form method="post" action="/desk/sign-out" { (plain_button("Sign out")) }
    };
    Shell {
        links: links
            .into_iter()
            .map(|(href, label)| NavLink::new(href, label))
            .collect(),
        aside: Some(aside),
        script: Some("/desk/keys.js".into()),
        ..bare_shell()
    }
}

/// The bar before anybody is signed in.
fn bare_shell() -> Shell {
    Shell {
        name: "Vulnerary".into(),
        tagline: "Desk".into(),
        home: "/desk".into(),
        language: "en".into(),
        links: vec![],
        aside: None,
        foot: html! { p { "Every act on the desk is recorded in the ledger, with its author." } },
        class: Some("desk"),
        script: None,
    }
}

/// A page for somebody who is not signed in.
pub fn outside_page(code: StatusCode, page: &Page) -> Response {
    (code, layout(&bare_shell(), page)).into_response()
}

/// What the desk insists on until it is settled.
fn insists(around: &Around, look: &Look) -> Markup {
    let administrator = look.holds(&[Role::Administrator]);
    html! {
        @for alarm in &around.alarms { (note(Tone::Alarm, html! { p { (alarm) } })) }
        @if !around.recovery_sheet_confirmed {
            (note(Tone::Alarm, html! {
                p {
                    b { "Nobody has confirmed that the recovery sheet is in a safe place." }
                    " Without the master key on it, a backup cannot be read by anybody. "
                    @if administrator { a href="/desk/recovery-sheet" { "Open the recovery sheet" } }
                    @else { "Ask an administrator." }
                }
            }))
        }
        @if around.approvers < 2 {
            (note(Tone::Plain, html! {
                p {
                    @if around.approvers == 0 { b { "Nobody may sign closures yet." } }
                    @else { b { "Only one person may sign closures." } }
                    " Whoever works on a case may not sign its closure, so cases will wait until there are two. "
                    @if administrator { a href="/desk/people" { "Add somebody" } } @else { "Ask an administrator." }
                }
            }))
        }
    }
}

/// Why a handler gives no page.
#[derive(Debug)]
pub enum Failure {
    /// There is no such thing, or this person may not see it: the two look alike.
    NotFound,
    /// The house had trouble.
    Trouble(Trouble),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (code, title, body) = match self {
            Self::NotFound | Self::Trouble(Trouble::Refused(vulnerary_case::Refusal::NotFound)) => {
                (
                    status::NOT_FOUND,
                    "There is nothing here",
                    html! { p.lede { "No page has this address, or it is not one that you may see. Check the number, or search for it." } },
                )
            }
            Self::Trouble(Trouble::Refused(refusal)) => (
                status::UNPROCESSABLE,
                "This was not done",
                html! { p.lede { (refusal.to_string()) } },
            ),
            Self::Trouble(Trouble::Unavailable) => (
                status::UNAVAILABLE,
                "The desk cannot reach its store just now",
                html! { p.lede { "Nothing was changed. Go back, where everything you typed still stands, and try again in a minute." } },
            ),
            Self::Trouble(Trouble::Defect(why)) => {
                let reference = reference_of(&why);
                tracing::error!(%reference, error = %why, "a page of the desk failed");
                (
                    status::INTERNAL,
                    "Something went wrong on our side",
                    html! {
                        p.lede { "Nothing was changed. Go back and try again. If it happens twice, tell your administrator this reference:" }
                        p { code { (reference) } }
                    },
                )
            }
        };
        let main = html! { h1 { (title) } (body) p { a href="/desk" { "Go to the inbox" } } };
        let retry = (code == status::UNAVAILABLE).then_some([(header::RETRY_AFTER, "60")]);
        (
            retry.map(axum::response::AppendHeaders),
            outside_page(code, &Page::new(title, main)),
        )
            .into_response()
    }
}

/// The same defect has the same reference, so that two people's reports of it can be matched.
fn reference_of(why: &anyhow::Error) -> String {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(format!("{why:#}").as_bytes());
    hex::encode(digest).chars().take(8).collect()
}

/// What every handler answers.
pub type Answer = Result<Response, Failure>;

/// After a post: see other (303), so that a reload does not send it again.
pub fn see_other(path: &str) -> Response {
    axum::response::Redirect::to(path).into_response()
}

//! `/report`: the public form. Nothing is required but a description or a file.

use axum::{
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    PublicSite, REPORT, ReceiptPage, SiteFacts,
    answer::{Said, linger, wants_json},
    frame, receipt,
};
use crate::{
    channels::form::{self, FormLimits, FormReport, ReadMode, RefusalCode},
    text::{self, report as t},
    web::{
        components::{
            FieldError, Radios, Tone, button, details_open, error_summary, field, file_field,
            hidden, note, promises, radios, select, textarea,
        },
        layout::Page,
        status,
    },
};

/// The form as it is shown: empty, or with everything that was typed.
#[derive(Debug, Default)]
pub(super) struct ReportForm {
    /// What was typed.
    pub(super) typed: FormReport,
    /// What is to be put right.
    pub(super) errors: Vec<FieldError>,
    /// What stopped it, where that is no field's fault.
    pub(super) said: Option<Said>,
    /// Whether files had been sent, which cannot be given back.
    pub(super) files_lost: bool,
    /// Whether nothing was read, so that nothing can be given back.
    pub(super) unread: bool,
    /// The key that makes a retry the same report.
    pub(super) key: String,
}

/// `GET /report`
pub(super) async fn get<S: PublicSite>(State(site): State<S>) -> Response {
    let form = ReportForm {
        key: site.fresh_key(),
        ..ReportForm::default()
    };
    // Not `no-store`: browsers then forget what was typed when somebody goes back.
    (
        [(header::CACHE_CONTROL, "private, max-age=0")],
        view(&*site.site().await, &form),
    )
        .into_response()
}

/// What of a form is read to give its text back when a bucket is full.
const BUSY_BYTES: u64 = 256 * 1024;

/// `POST /report`
pub(super) async fn post<S: PublicSite>(State(site): State<S>, request: Request) -> Response {
    let facts = site.site().await;
    let json = wants_json(request.headers());
    let typed = match take(&site, &facts, json, request).await {
        Ok(typed) => typed,
        Err(answer) => return *answer,
    };
    let kept = FormReport {
        fields: typed.fields.clone(),
        idempotency_key: typed.idempotency_key.clone(),
        ..FormReport::default()
    };
    let had_files = !typed.files.is_empty();
    match site.receive(typed).await {
        Ok(receipt) if json => receipt_json(&receipt),
        Ok(receipt) => (status::CREATED, receipt::view(&facts, &receipt)).into_response(),
        Err(refusal) => {
            let said = Said::public(refusal, &facts);
            if json {
                return said.json();
            }
            said.page(view(
                &facts,
                &again(&site, kept, said.clone(), had_files, false),
            ))
        }
    }
}

/// Lets the request in and reads its form; or the answer that says why not, with what was typed.
async fn take<S: PublicSite>(
    site: &S,
    facts: &SiteFacts,
    json: bool,
    request: Request,
) -> Result<FormReport, Box<Response>> {
    let (parts, mut body) = request.into_parts();
    let full = site
        .guard()
        .admit(&parts.extensions, &parts.headers, site.now())
        .err();
    let (limits, mode) = match full {
        None => (facts.limits, ReadMode::Everything),
        Some(_) => (
            FormLimits {
                total_bytes: BUSY_BYTES,
                ..facts.limits
            },
            ReadMode::TextOnly,
        ),
    };
    let read = form::read(&parts.headers, &mut body, &limits, site.spool(), mode).await;
    let (code, typed, unread) = match read {
        Ok(typed) if full.is_none() && typed.has_content() => return Ok(typed),
        Ok(typed) => (RefusalCode::EmptyReport, typed, false),
        Err(refusal) => {
            let unread = refusal.partial.fields.is_empty();
            (refusal.code, refusal.partial, unread)
        }
    };
    linger(body);
    let (code, said) = match full {
        Some(full) => (RefusalCode::Busy, Said::busy(full.retry_after, facts)),
        None => (code, Said::refusal(code, facts)),
    };
    site.refused(code);
    Err(Box::new(refuse(site, facts, json, said, typed, unread)))
}

fn refuse<S: PublicSite>(
    site: &S,
    facts: &SiteFacts,
    json: bool,
    said: Said,
    typed: FormReport,
    unread: bool,
) -> Response {
    if json {
        return said.json();
    }
    let had_files = !typed.files.is_empty();
    said.page(view(
        facts,
        &again(site, typed, said.clone(), had_files, unread),
    ))
}

/// The form once more, with everything typed. An empty report is an error at the field; all else is said on top.
fn again<S: PublicSite>(
    site: &S,
    typed: FormReport,
    said: Said,
    files_lost: bool,
    unread: bool,
) -> ReportForm {
    let key = typed
        .idempotency_key
        .clone()
        .unwrap_or_else(|| site.fresh_key());
    if said.code == RefusalCode::EmptyReport.as_str() {
        let errors = vec![FieldError::new("description", t::DESCRIPTION_ERROR)];
        return ReportForm {
            typed,
            errors,
            said: None,
            files_lost,
            unread,
            key,
        };
    }
    ReportForm {
        typed,
        errors: Vec::new(),
        said: Some(said),
        files_lost,
        unread,
        key,
    }
}

/// The receipt for machines: its fields, and beside them the words and where they are used.
fn receipt_json(receipt: &ReceiptPage) -> Response {
    let body = with_secret(&receipt.receipt_json, &receipt.words);
    (
        status::CREATED,
        [(header::CONTENT_TYPE, "application/json")],
        body,
    )
        .into_response()
}

/// Adds `secret` and `track_url` at the end of a JSON object, which keeps its order and its bytes.
pub(super) fn with_secret(object: &str, words: &str) -> String {
    let open = object
        .trim_end()
        .strip_suffix('}')
        .unwrap_or(object)
        .trim_end();
    let comma = if open.ends_with('{') { "" } else { "," };
    let secret = serde_json::Value::from(words);
    format!(
        "{open}{comma}\"secret\":{secret},\"track_url\":\"{}\"}}",
        super::TRACK
    )
}

/// The page.
pub(super) fn view(facts: &SiteFacts, form: &ReportForm) -> Markup {
    let by = facts.acknowledge_by.as_ref().map(|w| w.words.as_str());
    let main = html! {
        (error_summary(&form.errors))
        @if let Some(said) = &form.said { (said.note()) }
        @if form.unread { (note(Tone::Plain, html! { p { (text::BROWSER_HAS_IT) } })) }
        @else if form.files_lost { (note(Tone::Plain, html! { p { (t::FILES_AGAIN) } })) }
        h1 { (t::TITLE) }
        p.lede { (t::LEDE) }
        (promises(text::promises_before(by, facts.acknowledge_business_days, facts.update_days)))
        form method="post" action=(REPORT) enctype="multipart/form-data" {
            (hidden("idempotency_key", &form.key))
            (danger(facts, &form.typed))
            (found(facts, form))
            (known(&form.typed))
            (reporter(facts, &form.typed))
            div.actions { (button(t::SEND)) }
        }
    };
    let error = !form.errors.is_empty() || form.said.is_some();
    frame(
        facts,
        &Page::new(t::TITLE, main).current(REPORT).error(error),
    )
}

/// Yes, no, I do not know.
fn answer<'a>(name: &'a str, legend: &'a str, typed: &'a str) -> Radios<'a> {
    let typed = typed.trim();
    radios(name, legend)
        .choice("yes", t::YES)
        .choice("no", t::NO)
        .choice("unknown", t::UNKNOWN)
        .selected((!typed.is_empty()).then_some(typed))
        .inline()
}

fn danger(facts: &SiteFacts, typed: &FormReport) -> Markup {
    html! {
        (answer("danger_now", t::DANGER, &typed.text("danger_now")).hint(t::DANGER_HINT))
        (note(Tone::Alarm, html! {
            @if let Some(phone) = &facts.emergency_phone {
                p { b { (t::CALL) } " " a.call href={ "tel:" (phone.replace(' ', "")) } { (phone) } }
                p { (t::CALL_THEN) }
            } @else {
                p { (t::CALL_LOCAL) }
            }
        }))
    }
}

fn found(facts: &SiteFacts, form: &ReportForm) -> Markup {
    let typed = &form.typed;
    let error = |name| FieldError::find(&form.errors, name);
    let more = ["udi", "serial", "site", "found_when"];
    html! {
        (textarea("description", t::DESCRIPTION).hint(t::DESCRIPTION_HINT).tall()
            .value(&typed.text("description")).error(error("description")))
        div.pair {
            (field("product", t::PRODUCT).hint(t::PRODUCT_HINT).optional().value(&typed.text("product")))
            (field("version", t::VERSION).hint(t::VERSION_HINT).optional().value(&typed.text("version")).verbatim())
        }
        (textarea("found_how", t::FOUND_HOW).hint(t::FOUND_HOW_HINT).optional().value(&typed.text("found_how")))
        (textarea("impact", t::IMPACT).hint(t::IMPACT_HINT).optional().value(&typed.text("impact")))
        (answer("harm", t::HARM, &typed.text("harm")).optional())
        (details_open(t::MORE_PRODUCT, any(typed, &more), html! {
            (field("udi", t::UDI).hint(t::UDI_HINT).optional().value(&typed.text("udi")).verbatim())
            (field("serial", t::SERIAL).optional().value(&typed.text("serial")).verbatim())
            (field("site", t::SITE).hint(t::SITE_HINT).optional().value(&typed.text("site")))
            (field("found_when", t::FOUND_WHEN).hint(t::FOUND_WHEN_HINT).optional().value(&typed.text("found_when")))
        }))
        (file_field("files", t::FILES).hint(&text::files_hint(&facts.limits)).optional())
    }
}

fn known(typed: &FormReport) -> Markup {
    let more = [
        "exploited_evidence",
        "reported_elsewhere",
        "disclosure_plan",
        "tracking_ids",
    ];
    html! {
        (answer("public", t::PUBLIC, &typed.text("public")).optional())
        (answer("exploited", t::EXPLOITED, &typed.text("exploited")).optional())
        (details_open(t::MORE_KNOWN, any(typed, &more), html! {
            (textarea("exploited_evidence", t::EVIDENCE).optional().value(&typed.text("exploited_evidence")))
            (field("reported_elsewhere", t::ELSEWHERE).optional().value(&typed.text("reported_elsewhere")))
            (field("disclosure_plan", t::PLAN).hint(t::PLAN_HINT).optional().value(&typed.text("disclosure_plan")))
            (field("tracking_ids", t::IDS).hint(t::IDS_HINT).optional().value(&typed.text("tracking_ids")).verbatim())
        }))
    }
}

fn reporter(facts: &SiteFacts, typed: &FormReport) -> Markup {
    let more = [
        "role",
        "on_behalf_of",
        "own_reference",
        "share_contact",
        "pgp_key",
        "language",
    ];
    html! {
        // Of type text, so that a browser never refuses an address that we would take with a note.
        (field("email", t::EMAIL).hint(t::EMAIL_HINT).optional().value(&typed.text("email"))
            .autocomplete("email").inputmode("email").verbatim())
        (field("name", t::NAME).hint(t::NAME_HINT).optional().value(&typed.text("name")).autocomplete("name"))
        (details_open(t::MORE_YOU, any(typed, &more), html! {
            (select("role", t::ROLE).optional().options(t::ROLES).selected(&typed.text("role")))
            (field("on_behalf_of", t::BEHALF).hint(t::BEHALF_HINT).optional().value(&typed.text("on_behalf_of")).autocomplete("organization"))
            (field("own_reference", t::REFERENCE).hint(t::REFERENCE_HINT).optional().value(&typed.text("own_reference")).verbatim())
            (answer("share_contact", t::SHARE, &typed.text("share_contact")).optional())
            (textarea("pgp_key", t::PGP).hint(t::PGP_HINT).optional().value(&typed.text("pgp_key")).verbatim())
            @if facts.languages.len() > 1 {
                (select("language", t::LANGUAGE).optional()
                    .options(std::iter::once(("", "")).chain(facts.languages.iter().map(|l| (l.as_str(), l.as_str()))))
                    .selected(&typed.text("language")))
            }
        }))
        (field("credit", t::CREDIT).hint(t::CREDIT_HINT).optional().value(&typed.text("credit")))
    }
}

/// Whether one of these was filled in: its fold is then open.
fn any(typed: &FormReport, names: &[&str]) -> bool {
    names
        .iter()
        .any(|name| typed.raw(name).is_some_and(|v| !v.trim_ascii().is_empty()))
}

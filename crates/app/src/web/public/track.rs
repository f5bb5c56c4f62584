//! `/track`: where a report stands, messages both ways, more files. The words open it; they travel only in the body of
//! these pages' forms, never in an address, and no page here is kept by a browser.

use axum::{
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    MessageLine, PublicRefusal, PublicSite, ReporterStatus, SiteFacts, TRACK, TrackMessage,
    TrackView,
    answer::{Said, linger},
    frame,
    receipt::files,
    track_status,
};
use crate::{
    channels::form::{self, FormLimits, FormReport, ReadMode, RefusalCode},
    secrets::words,
    text::{self, track as t},
    web::{
        components::{
            FieldError, TimelineEntry, Tone, Voice, button, checkbox, error_summary,
            facts as fact_list, file_field, hidden, note, plain_text, promises, quiet_button,
            textarea, ticket, timeline,
        },
        layout::Page,
        status,
    },
};

/// The form for the words.
#[derive(Debug, Default)]
pub(super) struct WordsForm {
    /// What was typed.
    pub(super) typed: String,
    /// What is to be put right.
    pub(super) errors: Vec<FieldError>,
    /// What stopped it.
    pub(super) said: Option<Said>,
}

/// The form for a message, under an open report.
#[derive(Debug, Default)]
pub(super) struct MessageForm {
    /// The words that opened it.
    pub(super) words: String,
    /// What was typed.
    pub(super) typed: String,
    /// What is to be put right.
    pub(super) errors: Vec<FieldError>,
    /// What stopped it.
    pub(super) said: Option<Said>,
    /// Whether a message has just been taken.
    pub(super) sent: bool,
    /// The key that makes a retry the same message.
    pub(super) key: String,
}

/// `GET /track`
pub(super) async fn get<S: PublicSite>(State(site): State<S>) -> Markup {
    words_view(&*site.site().await, &WordsForm::default())
}

/// `POST /track`
pub(super) async fn post<S: PublicSite>(State(site): State<S>, request: Request) -> Response {
    let facts = site.site().await;
    let opened = match open(&site, &facts, request, ReadMode::TextOnly).await {
        Ok(opened) => opened,
        Err(answer) => return *answer,
    };
    match site.track(opened.words.clone()).await {
        Ok(Some(view)) => {
            let form = MessageForm {
                words: opened.words,
                key: site.fresh_key(),
                ..MessageForm::default()
            };
            report_view(&facts, &view, &form).into_response()
        }
        Ok(None) => unknown(&facts, opened.typed),
        Err(refusal) => failed(&facts, opened.typed, refusal),
    }
}

/// `POST /track/receipt`: the receipt as a file.
pub(super) async fn receipt<S: PublicSite>(State(site): State<S>, request: Request) -> Response {
    let facts = site.site().await;
    let opened = match open(&site, &facts, request, ReadMode::TextOnly).await {
        Ok(opened) => opened,
        Err(answer) => return *answer,
    };
    match site.receipt(opened.words).await {
        Ok(Some(file)) => {
            // Our own number: letters, digits and hyphens only, whatever comes.
            let number: String = file
                .report
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
                .collect();
            let disposition = format!("attachment; filename=\"{number}.receipt.json\"");
            let kind = (header::CONTENT_TYPE, "application/json".to_owned());
            (
                [kind, (header::CONTENT_DISPOSITION, disposition)],
                file.json,
            )
                .into_response()
        }
        Ok(None) => unknown(&facts, opened.typed),
        Err(refusal) => failed(&facts, opened.typed, refusal),
    }
}

/// `POST /track/message`
pub(super) async fn message<S: PublicSite>(State(site): State<S>, request: Request) -> Response {
    let facts = site.site().await;
    let opened = match open(&site, &facts, request, ReadMode::Everything).await {
        Ok(opened) => opened,
        Err(answer) => return *answer,
    };
    let Opened {
        words,
        typed,
        form: posted,
    } = opened;
    let key = posted
        .idempotency_key
        .clone()
        .unwrap_or_else(|| site.fresh_key());
    let text = posted.raw("message").unwrap_or_default().to_vec();
    let again = MessageForm {
        words: words.clone(),
        typed: String::from_utf8_lossy(&text).into_owned(),
        key,
        ..MessageForm::default()
    };
    if text.trim_ascii().is_empty() && posted.files.is_empty() {
        let errors = vec![FieldError::new("message", t::WRITE_ERROR)];
        return show(&site, &facts, &words, MessageForm { errors, ..again }).await;
    }
    let sent = TrackMessage {
        disagree: posted.raw("disagree").is_some_and(|v| v == b"yes"),
        text,
        files: posted.files,
        idempotency_key: posted.idempotency_key,
    };
    match site.track_message(words.clone(), sent).await {
        Ok(Some(view)) => {
            let form = MessageForm {
                words,
                sent: true,
                key: site.fresh_key(),
                ..MessageForm::default()
            };
            report_view(&facts, &view, &form).into_response()
        }
        Ok(None) => unknown(&facts, typed),
        Err(refusal) => {
            show(
                &site,
                &facts,
                &words,
                MessageForm {
                    said: Some(Said::public(refusal, &facts)),
                    ..again
                },
            )
            .await
        }
    }
}

/// The report's page with a message that was not taken, its text still there.
async fn show<S: PublicSite>(
    site: &S,
    facts: &SiteFacts,
    words: &str,
    form: MessageForm,
) -> Response {
    let page = match site.track(words.to_owned()).await {
        Ok(Some(view)) => report_view(facts, &view, &form),
        // Not even the report can be read now: the text comes back alone.
        _ => message_only_view(facts, &form),
    };
    match &form.said {
        Some(said) => said.page(page),
        None => (status::UNPROCESSABLE, page).into_response(),
    }
}

struct Opened {
    words: String,
    typed: String,
    form: FormReport,
}

/// Lets the request in, reads its form and its words; or the answer that says why not, with what was typed.
async fn open<S: PublicSite>(
    site: &S,
    facts: &SiteFacts,
    request: Request,
    mode: ReadMode,
) -> Result<Opened, Box<Response>> {
    let (parts, mut body) = request.into_parts();
    let admitted = site
        .guard()
        .admit(&parts.extensions, &parts.headers, site.now());
    let (limits, mode) = match (admitted, mode) {
        (Ok(()), ReadMode::Everything) => (facts.limits, mode),
        _ => (
            FormLimits {
                total_bytes: facts.limits.total_bytes.min(256 * 1024),
                ..facts.limits
            },
            ReadMode::TextOnly,
        ),
    };
    let read = form::read(&parts.headers, &mut body, &limits, site.spool(), mode).await;
    let refused = match (&admitted, &read) {
        (Err(full), _) => Some((RefusalCode::Busy, Said::busy(full.retry_after, facts))),
        (_, Err(refusal)) => Some((refusal.code, Said::refusal(refusal.code, facts))),
        _ => None,
    };
    let posted = read.unwrap_or_else(|refusal| refusal.partial);
    let typed = posted.text("words");
    if let Some((code, said)) = refused {
        linger(body);
        site.refused(code);
        return Err(Box::new(refuse(facts, &posted, typed, said)));
    }
    match words::normalise(&typed) {
        Ok(words) => Ok(Opened {
            words,
            typed,
            form: posted,
        }),
        Err(why) => {
            let errors = vec![FieldError::new("words", why.to_string())];
            let form = WordsForm {
                typed,
                errors,
                said: None,
            };
            Err(Box::new(
                (status::UNPROCESSABLE, words_view(facts, &form)).into_response(),
            ))
        }
    }
}

/// A message comes back as a message, words as words.
fn refuse(facts: &SiteFacts, posted: &FormReport, typed: String, said: Said) -> Response {
    let message = posted.text("message");
    if message.is_empty() {
        let form = WordsForm {
            typed,
            errors: Vec::new(),
            said: Some(said.clone()),
        };
        return said.page(words_view(facts, &form));
    }
    let key = posted.idempotency_key.clone().unwrap_or_default();
    let form = MessageForm {
        words: typed,
        typed: message,
        key,
        said: Some(said.clone()),
        ..MessageForm::default()
    };
    said.page(message_only_view(facts, &form))
}

fn unknown(facts: &SiteFacts, typed: String) -> Response {
    let errors = vec![FieldError::new("words", t::UNKNOWN)];
    (
        status::UNPROCESSABLE,
        words_view(
            facts,
            &WordsForm {
                typed,
                errors,
                said: None,
            },
        ),
    )
        .into_response()
}

fn failed(facts: &SiteFacts, typed: String, refusal: PublicRefusal) -> Response {
    let said = Said::public(refusal, facts);
    said.page(words_view(
        facts,
        &WordsForm {
            typed,
            errors: Vec::new(),
            said: Some(said.clone()),
        },
    ))
}

/// The page that asks for the words.
pub(super) fn words_view(facts: &SiteFacts, form: &WordsForm) -> Markup {
    let main = html! {
        (error_summary(&form.errors))
        @if let Some(said) = &form.said { (said.note()) }
        h1 { (t::TITLE) }
        p.lede { (t::LEDE) }
        form method="post" action=(TRACK) {
            (textarea("words", t::WORDS).hint(t::WORDS_HINT).verbatim().value(&form.typed)
                .error(FieldError::find(&form.errors, "words")))
            div.actions { (button(t::OPEN)) }
        }
        h2 { (t::LOST_HEADING) }
        p { (t::LOST) }
    };
    let error = !form.errors.is_empty() || form.said.is_some();
    frame(
        facts,
        &Page::new(t::TITLE, main).current(TRACK).error(error),
    )
}

/// The page of one report.
pub(super) fn report_view(facts: &SiteFacts, view: &TrackView, form: &MessageForm) -> Markup {
    let main = html! {
        (error_summary(&form.errors))
        @if let Some(said) = &form.said { (said.note()) }
        @if form.sent { (note(Tone::Good, html! { p role="status" { b { (t::SENT) } } })) }
        h1 { (t::YOUR_REPORT) }
        (ticket(&view.report))
        p.soft { "Received " (view.received_at) }
        h2 { (t::STATUS) }
        (track_status::view(&view.status))
        @if !view.next.is_empty() { (promises(view.next.iter().map(|(when, what)| (when, what)))) }
        h2 { (t::MESSAGES) }
        @if view.messages.is_empty() { p.soft { (t::NO_MESSAGES) } }
        @else { (timeline(&view.messages.iter().map(message_entry).collect::<Vec<_>>())) }
        (message_form(facts, form, has_outcome(&view.status)))
        h2 { (t::YOURS) }
        (fact_list([(t::FILES, files(&view.files))]))
        div.actions {
            form method="post" action="/track/receipt" { (hidden("words", &form.words)) (quiet_button(text::receipt::SAVE)) }
        }
        p.soft.noprint { (t::LEAVE) }
    };
    let error = !form.errors.is_empty() || form.said.is_some();
    frame(
        facts,
        &Page::new(format!("{} {}", t::YOUR_REPORT, view.report), main)
            .current(TRACK)
            .error(error),
    )
}

/// The message alone, where the report cannot be shown now.
fn message_only_view(facts: &SiteFacts, form: &MessageForm) -> Markup {
    let main = html! {
        @if let Some(said) = &form.said { (said.note()) }
        h1 { (t::TITLE) }
        (message_form(facts, form, false))
    };
    frame(facts, &Page::new(t::TITLE, main).current(TRACK).error(true))
}

/// Whether there is an outcome to disagree with.
fn has_outcome(status: &ReporterStatus) -> bool {
    matches!(
        status,
        ReporterStatus::Closed { .. }
            | ReporterStatus::SetAside { .. }
            | ReporterStatus::NotConfirmed { .. }
    )
}

fn message_form(facts: &SiteFacts, form: &MessageForm, outcome: bool) -> Markup {
    html! {
        form method="post" action="/track/message" enctype="multipart/form-data" {
            (hidden("words", &form.words))
            (hidden("idempotency_key", &form.key))
            (textarea("message", t::WRITE).hint(t::WRITE_HINT).value(&form.typed)
                .error(FieldError::find(&form.errors, "message")))
            @if outcome { (checkbox("disagree", "yes", t::DISAGREE).hint(t::DISAGREE_HINT)) }
            (file_field("files", text::report::FILES).hint(&text::files_hint(&facts.limits)).optional())
            div.actions { (button(t::SEND)) }
        }
    }
}

fn message_entry(line: &MessageLine) -> TimelineEntry {
    let body = html! {
        p { b { @match &line.from_us { Some(name) => (name), None => (t::YOU) } } }
        @if !line.text.is_empty() { p.said dir="auto" { (plain_text(&line.text)) } }
        @if !line.files.is_empty() { p.soft { (t::WITH_FILES) " " (files(&line.files)) } }
    };
    let voice = if line.from_us.is_some() {
        Voice::Ours
    } else {
        Voice::Theirs
    };
    TimelineEntry {
        at: line.at.clone(),
        voice,
        body,
    }
}

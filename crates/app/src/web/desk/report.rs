//! `/desk/report/{number}`: one report as it arrived, what was said since, and what can be done with it.

use super::acts::report_acts;
use super::case::history;
use super::frame::{Answer, Ctx, Failure, Look};
use super::model::{ReportFile, ReportState, TextField};
use super::words::{
    channel_words, count_words, kind_words, purpose_words, report_state_words, sentence_start,
    size_words, source_state_words, source_word,
};
use crate::access::Reader;
use crate::web::components::{
    TimelineEntry, Tone, Voice, button_link, details, facts, note, plain_text, quiet_link, quote,
    source_mark, timeline,
};
use crate::web::layout::Page;
use crate::web::status;
use crate::web::when::When;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use vulnerary_case::report::event::Answer as Said;

/// The page.
pub fn view(look: &Look, report: &ReportFile) -> Markup {
    html! {
        p.kicker.meta {
            (source_mark(report.source.spec().letter, source_word(report.source, report.role)))
            span { (source_state_words(report.source_state)) }
            span { "by " (channel_words(report.channel)) }
        }
        h1 { "Report " (report.number) }
        p.lede { (sentence_start(&report_state_words(report.state))) ", received " (When::full(report.received, &look.zone)) "." }
        (notes(look, report))
        div.split {
            div {
                h2 { "As it arrived" }
                (arrived(look, report))
                (conversation(look, report))
            }
            div {
                (about(look, report))
                (acts(look, report))
            }
        }
        h2 { "Timeline" }
        (history(look, &report.timeline))
    }
}

fn notes(look: &Look, report: &ReportFile) -> Markup {
    let home = format!("/desk/report/{}", report.number);
    html! {
        @if report.claims.danger_now == Some(Said::Yes) {
            (note(Tone::Alarm, html! { p { b { "The reporter says that somebody is in danger now." } " Call before you write." } }))
        }
        @if let Some(text) = &report.disputed {
            (note(Tone::Alarm, html! {
                h2 { "The reporter disagrees with the outcome" }
                p { i { "“" (plain_text(text)) "”" } }
                @if look.works() { p { a href={ (home) "/answer-dispute" } { "Answer the disagreement" } } }
            }))
        }
        @if let ReportState::SetAside(_) = report.state {
            (note(Tone::Plain, html! { p { (sentence_start(&report_state_words(report.state))) "." @if let Some(why) = &report.set_aside_why { " " i { "“" (plain_text(why)) "”" } } @if look.works() { " " a href={ (home) "/put-back" } { "Put it back" } } } }))
        }
        @if report.held { (note(Tone::Plain, html! { p { "A legal hold is on this report: nothing of it may be erased. " @if look.works() { a href={ (home) "/lift-hold" } { "Lift it" } } } })) }
        @if report.erased { (note(Tone::Plain, html! { p { "The personal data of this report was erased on record. What was decided stays." } })) }
    }
}

/// The text as it arrived, the other fields, the files, the headers folded, the claims as claims.
pub fn arrived(look: &Look, report: &ReportFile) -> Markup {
    html! {
        @match &report.text {
            Some(text) => (quote(text)),
            None if report.erased => p.soft { "Erased on record." },
            None => p.soft { "No text came with it." },
        }
        @if !report.files.is_empty() {
            p { (count_words(u64::try_from(report.files.len()).unwrap_or(u64::MAX), "file")) ", never opened here, only downloaded: " }
            ul {
                @for file in &report.files {
                    li {
                        @if file.erased { (plain_text(&file.name)) " " span.soft { "erased on record" } }
                        @else { a href={ "/desk/report/" (report.number) "/file/" (file.index) } download { (plain_text(&file.name)) } " " span.soft { (size_words(file.bytes)) } }
                    }
                }
            }
        }
        (claims(report))
        @if !report.fields.is_empty() { (details("Everything else the form says", fields(&report.fields))) }
        @if !report.headers.is_empty() { (details("Headers", fields(&report.headers))) }
        @if let Some(at) = report.happened { p.soft { "The sender says it happened " (When::full(at, &look.zone)) "." } }
    }
}

fn fields(list: &[TextField]) -> Markup {
    facts(list.iter().map(|f| {
        (
            plain_text(&f.name),
            html! { span.said { (plain_text(&f.value)) } },
        )
    }))
}

fn claims(report: &ReportFile) -> Markup {
    let c = report.claims;
    let said: Vec<String> = [
        ("somebody is in danger", c.danger_now),
        ("somebody was harmed", c.harm),
        ("it is public", c.public),
        ("it is exploited", c.exploited),
    ]
    .into_iter()
    .filter_map(|(what, answer)| {
        let word = match answer? {
            Said::Yes => "yes",
            Said::No => "no",
            Said::Unknown => "not known",
        };
        Some(format!("{what}: {word}"))
    })
    .collect();
    html! { @if !said.is_empty() { p.soft { "The reporter claims: " (said.join(" · ")) ". A claim moves nothing by itself." } } }
}

/// What was said, oldest first.
pub fn conversation(look: &Look, report: &ReportFile) -> Markup {
    let entries: Vec<TimelineEntry> = report
        .messages
        .iter()
        .map(|m| TimelineEntry {
            at: When::short(m.at, &look.zone),
            voice: if m.by.is_some() { Voice::Ours } else { Voice::Theirs },
            body: html! {
                p {
                    b { (m.by.as_ref().map_or("Reporter", |b| b.name.as_str())) }
                    @if let Some(purpose) = m.purpose { " " span.soft.small { (purpose_words(purpose)) @if !m.delivery.is_empty() { ", " (m.delivery) } } }
                }
                @match &m.text { Some(text) => p.said dir="auto" { (plain_text(text)) }, None => p.soft { "Erased on record." } }
            },
        })
        .collect();
    let home = format!("/desk/report/{}", report.number);
    html! {
        h2 { "Conversation" }
        @if entries.is_empty() { p.soft { "Nobody has written yet." } } @else { (timeline(&entries)) }
        @if look.works() {
            div.actions {
                @if report.acknowledged.is_none() { (button_link(&format!("{home}/acknowledge"), "Acknowledge it")) }
                @else { (quiet_link(&format!("{home}/write"), "Write to the reporter")) }
            }
        }
    }
}

/// Who, how, where.
fn about(look: &Look, report: &ReportFile) -> Markup {
    html! {
        h2 { "About it" }
        dl.facts {
            dt { "From" } dd { (kind_words(report.kind)) }
            @for field in &report.contact { dt { (plain_text(&field.name)) } dd { (plain_text(&field.value)) } }
            dt { "Acknowledged" } dd { @match report.acknowledged { Some(at) => (When::full(at, &look.zone)), None => "not yet by a person" } }
            dt { "Cases" } dd { @if report.cases.is_empty() { "in none" } @for (_, number, title) in &report.cases { p { a href={ "/desk/case/" (number) } { code { (number) } } " " (title) } } }
            dt { "Outcome told" } dd { @match report.told { Some(at) => (When::full(at, &look.zone)), None => "not yet" } }
            dt { "Record" } dd { (report.position.first) }
            dt { "SHA-256" } dd { code { (report.position.sha256) } }
            dt { "Checkpoint" } dd { code { (report.position.checkpoint) } }
        }
    }
}

/// Acts that fit the report now; the core refuses what does not.
fn acts(look: &Look, report: &ReportFile) -> Markup {
    if !look.works() {
        return html! {};
    }
    let aside = matches!(report.state, ReportState::SetAside(_));
    let fits = |slug: &str| match slug {
        "acknowledge" => report.acknowledged.is_none() && !aside,
        "open" => report.cases.is_empty() && !aside,
        "set-aside" => report.cases.is_empty() && !aside,
        "put-back" => aside,
        "move" => !report.cases.is_empty(),
        "answer-dispute" => report.disputed.is_some(),
        "hold" => !report.held && !report.erased,
        "lift-hold" => report.held,
        "erase" => !report.held && !report.erased,
        _ => !report.erased,
    };
    html! {
        h2 { "What you can do" }
        ul { @for act in report_acts().filter(|a| fits(a.slug)) { li { a href={ "/desk/report/" (report.number) "/" (act.slug) } { (act.title) } } } }
    }
}

/// The page of a report.
pub async fn get(reader: Reader, Path(number): Path<String>) -> Answer {
    let report = reader.report(&number).await?.ok_or(Failure::NotFound)?;
    let ctx = Ctx::of(reader.signed()).await?;
    Ok(ctx.show(Page::new(
        format!("Report {}", report.number),
        view(&ctx.look, &report),
    )))
}

/// A file: always downloaded, never rendered (domain.md, Trust).
pub async fn get_file(reader: Reader, Path((number, index)): Path<(String, usize)>) -> Answer {
    let file = reader
        .file(&number, index)
        .await?
        .ok_or(Failure::NotFound)?;
    Ok(download(&file.name, file.bytes))
}

/// An answer that a browser stores and does not open: attachment, no sniffing, under a sandbox that allows nothing.
pub fn download(name: &str, bytes: Vec<u8>) -> Response {
    let mut response = (status::OK, bytes).into_response();
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (key, value) in fixed {
        headers.insert(key, HeaderValue::from_static(value));
    }
    let disposition =
        HeaderValue::from_str(&attachment(name)).unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    response
}

/// `Content-Disposition` with a plain name and the full one in UTF-8 (RFC 6266, RFC 8187).
fn attachment(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let plain: String = last
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._- ".contains(c) {
                c
            } else {
                '_'
            }
        })
        .take(120)
        .collect();
    let plain = plain.trim_start_matches('.').trim();
    let plain = if plain.is_empty() { "file" } else { plain };
    let whole: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    let coded = super::gate::query_value(&whole).replace('/', "%2F");
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_is_never_opened_by_the_browser() {
        let response = download("a\"; x=\r\ny/../<b>.html", b"<script>".to_vec());
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/octet-stream");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(
            header("content-security-policy"),
            "default-src 'none'; sandbox"
        );
        assert_eq!(
            header("content-disposition"),
            "attachment; filename=\"_b_.html\"; filename*=UTF-8''%3Cb%3E.html"
        );
    }

    #[test]
    fn names_of_files_survive_as_far_as_is_safe() {
        for (name, want) in [
            (
                "update.bin",
                "attachment; filename=\"update.bin\"; filename*=UTF-8''update.bin",
            ),
            (
                "Prüfbericht.pdf",
                "attachment; filename=\"Pr_fbericht.pdf\"; filename*=UTF-8''Pr%C3%BCfbericht.pdf",
            ),
            ("", "attachment; filename=\"file\"; filename*=UTF-8''"),
            ("..", "attachment; filename=\"file\"; filename*=UTF-8''.."),
        ] {
            assert_eq!(attachment(name), want);
        }
    }
}

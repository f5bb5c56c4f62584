//! Plays stories side by side, day by day, on a clock that can be moved on.

use super::maker::{Maker, Who};
use super::pages::Fields;
use crate::app::App;
use crate::intake::piped::piped;
use crate::intake::receive::receive;
use crate::intake::upload::{self, Upload};
use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::io::{Seek, Write};
use vulnerary_case::actor::Actor;
use vulnerary_case::source::{Channel, Source, SourceState};

/// How a report arrives.
#[derive(Clone, Copy, Debug)]
pub enum Arrives {
    /// Through the public form.
    Form(Fields<'static>),
    /// Piped into `vulnerary report --source c`: product, text.
    Piped(&'static str, &'static str),
    /// A file of `vulnerary import --source a`: product, and what the tool found.
    File(&'static str, &'static [Finding]),
}

/// One result of a tool: rule, file, line, message.
pub type Finding = (&'static str, &'static str, u32, &'static str);

/// A tool's run as a SARIF 2.1.0 file.
pub fn sarif(findings: &[Finding]) -> Vec<u8> {
    let result = |(rule, file, line, message): &Finding| {
        let place = json!({"artifactLocation": {"uri": file}, "region": {"startLine": line}});
        json!({"ruleId": rule, "level": "warning", "message": {"text": message},
            "locations": [{"physicalLocation": place}],
            "partialFingerprints": {"primaryLocationLineHash": format!("{rule}:{file}:1")}})
    };
    let results: Vec<_> = findings.iter().map(result).collect();
    let run = json!({"tool": {"driver": {"name": "Example scanner", "version": "5.2"}}, "results": results});
    json!({"version": "2.1.0", "runs": [run]})
        .to_string()
        .into_bytes()
}

/// Takes a file as `vulnerary import --source a` does: the report's number, the cases it opened, and those it joined.
///
/// # Errors
/// Where it is not taken, or not read.
pub async fn import(
    app: &App,
    name: &str,
    bytes: &[u8],
    product: &str,
) -> anyhow::Result<(String, Vec<String>, Vec<String>)> {
    let mut file = tempfile::tempfile()?;
    file.write_all(bytes)?;
    file.rewind()?;
    let upload = Upload {
        name: name.as_bytes().to_vec(),
        file,
        source: Source::A,
        source_state: SourceState::Claimed,
        product: product.to_owned(),
        actor: Actor::System,
        channel: Channel::Cli,
    };
    let kept = upload::keep(&app.acts, upload).await?;
    let reading = upload::read(&app.acts, &kept, &|_, _| {}).await?;
    Ok((kept.number, reading.opened, reading.attached))
}

/// What happens on a day.
#[derive(Clone, Copy, Debug)]
pub enum Does {
    /// Somebody acts on the report.
    Report(Who, &'static str, Fields<'static>),
    /// Somebody acts on its case.
    Case(Who, &'static str, Fields<'static>),
    /// The reporter writes, with their follow-up words.
    Writes(&'static str),
    /// Somebody signs all closures of lane M that wait for it.
    Signs(Who),
}

/// A story: a report, and what follows.
#[derive(Clone, Copy, Debug)]
pub struct Story {
    /// The day it arrives, counted from the beginning.
    pub day: u32,
    /// How it arrives.
    pub arrives: Arrives,
    /// What happens, with the day; days never go back.
    pub then: &'static [(u32, Does)],
}

/// Where a story is.
#[derive(Debug, Default)]
struct Told {
    report: String,
    case: String,
    words: Option<String>,
}

/// Plays them from `beginning` on; what happens on one day happens in the order of the stories.
///
/// # Errors
/// What a page or a command refused, with the story and the act.
pub async fn play(
    app: &App,
    maker: &Maker,
    beginning: Timestamp,
    stories: &[Story],
) -> anyhow::Result<()> {
    let mut told: Vec<Told> = stories.iter().map(|_| Told::default()).collect();
    let mut plan: Vec<(u32, usize, Option<Does>)> = Vec::new();
    for (n, story) in stories.iter().enumerate() {
        plan.push((story.day, n, None));
        plan.extend(story.then.iter().map(|(day, does)| (*day, n, Some(*does))));
    }
    plan.sort_by_key(|(day, n, _)| (*day, *n));
    for (day, n, does) in plan {
        wait_for(maker, beginning, day);
        let (Some(story), Some(told)) = (stories.get(n), told.get_mut(n)) else {
            continue;
        };
        let done = match does {
            None => arrive(app, maker, story, told).await,
            Some(does) => go_on(maker, does, told).await,
        };
        done.with_context(|| format!("story {n}, day {day}, {does:?}"))?;
    }
    Ok(())
}

/// Moves the clock on to the morning of `day`, where it is not later already.
fn wait_for(maker: &Maker, beginning: Timestamp, day: u32) {
    let morning = SignedDuration::from_hours(i64::from(day) * 24);
    let clock = maker.pages.clock();
    let ahead = beginning
        .saturating_add(morning)
        .unwrap_or(beginning)
        .duration_since(clock.now());
    if ahead.is_positive() {
        clock.pass(ahead);
    }
}

async fn arrive(app: &App, maker: &Maker, story: &Story, told: &mut Told) -> anyhow::Result<()> {
    match story.arrives {
        Arrives::Form(fields) => {
            let received = maker.pages.report(fields).await?;
            told.words = received.words;
            told.report = received.report;
        }
        Arrives::File(product, findings) => {
            let (report, opened, _) =
                import(app, "nightly.sarif", &sarif(findings), product).await?;
            told.report = report;
            told.case = opened.into_iter().next().unwrap_or_default();
            return Ok(());
        }
        Arrives::Piped(product, text) => {
            let ours = crate::inventory::named(&app.store().products().await?, product);
            let incoming = piped(Source::C, Some((product, ours)), text.as_bytes().to_vec());
            let taken = receive(&app.acts, incoming).await?;
            told.report = app.receipt(&taken).await?.report;
        }
    }
    told.case = maker.case_of(&told.report).await?;
    Ok(())
}

async fn go_on(maker: &Maker, does: Does, told: &Told) -> anyhow::Result<()> {
    match does {
        Does::Report(who, act, fields) => maker.on_report(who, &told.report, act, fields).await?,
        Does::Case(who, act, fields) => maker.on_case(who, &told.case, act, fields).await?,
        Does::Signs(who) => {
            maker
                .pages
                .act(maker.person(who), "/desk/batch/sign?lane=M", &[])
                .await?
        }
        Does::Writes(message) => {
            let words = told
                .words
                .as_deref()
                .context("this reporter has no words")?;
            maker.pages.answer(words, message).await?
        }
    };
    Ok(())
}

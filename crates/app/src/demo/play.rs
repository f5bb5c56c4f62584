//! Plays stories side by side, day by day, on a clock that can be moved on.

use super::maker::{Maker, Who};
use super::pages::Fields;
use crate::app::App;
use crate::intake::piped::piped;
use crate::intake::receive::receive;
use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use vulnerary_case::source::Source;

/// How a report arrives.
#[derive(Clone, Copy, Debug)]
pub enum Arrives {
    /// Through the public form.
    Form(Fields<'static>),
    /// Piped into `vulnerary report`: source, product, text.
    Piped(Source, &'static str, &'static str),
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
        Arrives::Piped(source, product, text) => {
            let ours = crate::inventory::named(&app.store().products().await?, product);
            let incoming = piped(source, Some((product, ours)), text.as_bytes().to_vec());
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

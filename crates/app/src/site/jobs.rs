//! What the outbox asks for, each done by the room that knows how.

use crate::app::App;
use crate::intake::job::ReadReports;
use crate::outside::new_uuid;
use crate::tracking::act::{Acts, CommitError, Handler, JobError, ObjectKind, Running};
use std::sync::Arc;
use vulnerary_case::act::{CaseCommand, Command, ReportCommand};
use vulnerary_case::actor::Actor;
use vulnerary_case::id::{ActId, MessageId, ProductId, ReportId, StreamId};
use vulnerary_case::react::Effect;
use vulnerary_case::report::event::Purpose;
use vulnerary_store::{CaseFilter, CaseOrder};

/// Cases looked at in one read.
const PAGE: usize = 500;
/// What a reporter reads when a case of theirs is opened again.
const REOPENED: &str = "We have opened your report again and are looking at it once more. You will hear from us \
                        what comes of it.";

/// A handler for every kind of job that this version knows how to do.
pub fn handlers(app: &App) -> Vec<Arc<dyn Handler>> {
    let acts = app.acts.clone();
    vec![
        Arc::new(ReadReports::new(acts.clone())),
        Arc::new(EraseContent(acts.clone())),
        Arc::new(Recheck(acts.clone())),
        Arc::new(TellReopened(acts)),
    ]
}

fn of_commit(why: CommitError) -> JobError {
    match why {
        CommitError::Refused(refusal) => JobError::Fail(refusal.to_string()),
        other => JobError::Retry(other.to_string()),
    }
}

/// Destroys what was erased on record.
struct EraseContent(Acts);

impl Handler for EraseContent {
    fn kinds(&self) -> &'static [&'static str] {
        &["erase"]
    }

    fn run<'a>(&'a self, effect: &'a Effect) -> Running<'a> {
        Box::pin(async move {
            let Effect::Erase { report } = effect else {
                return Err(wrong_kind());
            };
            self.0
                .store()
                .erase(*report)
                .await
                .map(drop)
                .map_err(|e| JobError::Retry(e.to_string()))
        })
    }
}

/// Looks again at the open cases of a product whose release was shipped: their lane may rise.
struct Recheck(Acts);

impl Handler for Recheck {
    fn kinds(&self) -> &'static [&'static str] {
        &["recheck"]
    }

    fn run<'a>(&'a self, effect: &'a Effect) -> Running<'a> {
        Box::pin(async move {
            let Effect::Recheck { product } = effect else {
                return Err(wrong_kind());
            };
            recheck(&self.0, *product).await.map_err(of_commit)
        })
    }
}

async fn recheck(acts: &Acts, product: ProductId) -> Result<(), CommitError> {
    let filter = CaseFilter {
        product: Some(product),
        open: Some(true),
        ..CaseFilter::default()
    };
    let mut after = None;
    loop {
        let page = acts
            .store()
            .cases(&filter, CaseOrder::Newest(after), PAGE)
            .await?;
        for line in &page.lines {
            let command = Command::Case {
                case: line.id,
                seen: None,
                wish: CaseCommand::Recheck,
            };
            match acts.one(Actor::Rule("recheck".into(), 1), command).await {
                Ok(_) | Err(CommitError::Refused(_)) => {}
                Err(why) => return Err(why),
            }
        }
        after = page.lines.last().map(|l| l.idx);
        if !page.more {
            return Ok(());
        }
    }
}

/// Tells a reporter that a case of theirs was opened again.
struct TellReopened(Acts);

impl Handler for TellReopened {
    fn kinds(&self) -> &'static [&'static str] {
        &["tell_reopened"]
    }

    fn run<'a>(&'a self, effect: &'a Effect) -> Running<'a> {
        Box::pin(async move {
            let Effect::TellReopened { report } = effect else {
                return Err(wrong_kind());
            };
            tell(&self.0, *report).await.map_err(of_commit)
        })
    }
}

async fn tell(acts: &Acts, report: ReportId) -> Result<(), CommitError> {
    let Some(state) = acts.store().report(report).await? else {
        return Ok(());
    };
    let mut act = acts.begin(Actor::Rule("tell-reopened".into(), 1));
    // One message per reopening: a job that runs twice does not tell twice.
    let world = acts.store().world(&[StreamId::Report(report)]).await?;
    let cases = state.cases.iter().filter_map(|c| world.case(*c));
    let reopened = cases
        .filter_map(|c| c.reopened.last())
        .max()
        .map_or(0, |at| at.as_microsecond());
    act.id = ActId(uuid::Builder::from_custom_bytes(digest16(report, reopened)).into_uuid());
    let text = acts.seal(&mut act, ObjectKind::Message, REOPENED.as_bytes())?;
    let message = MessageId(new_uuid(&**acts.outside()));
    let wish = ReportCommand::Write {
        message,
        purpose: Purpose::Update,
        text,
    };
    act.commands.push(Command::Report {
        report,
        seen: Some(state.version),
        wish,
    });
    acts.apply(act).await.map(drop)
}

fn digest16(report: ReportId, reopened: i64) -> [u8; 16] {
    use sha2::{Digest, Sha256};
    let digest = Sha256::new()
        .chain_update(report.0.as_bytes())
        .chain_update(reopened.to_be_bytes())
        .finalize();
    let mut out = [0; 16];
    out.copy_from_slice(&digest[..16]);
    out
}

fn wrong_kind() -> JobError {
    JobError::Fail("a job came to a handler of another kind: a defect".into())
}

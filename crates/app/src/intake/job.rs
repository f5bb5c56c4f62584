//! The job on the outbox, and reading at once for whoever waits for it.

use super::READ;
use super::reading::{Progress, ReadError, Reading};
use crate::tracking::act::{Acts, CommitError, Handler, JobError, Running, kind};
use jiff::SignedDuration;
use vulnerary_case::id::ReportId;
use vulnerary_case::react::Effect;

/// Jobs of others that are finished on the way: what an import that was killed left behind.
const MOST_OTHERS: usize = 16;
/// For how long a claimed job is ours. Two readers of one report do no harm, only work twice.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Reads machines' files as the outbox asks for it.
#[derive(Clone)]
pub struct ReadReports {
    acts: Acts,
}

impl ReadReports {
    /// With this door to write.
    pub fn new(acts: Acts) -> Self {
        Self { acts }
    }
}

impl Handler for ReadReports {
    fn kinds(&self) -> &'static [&'static str] {
        &["read"]
    }

    fn run<'a>(&'a self, effect: &'a Effect) -> Running<'a> {
        Box::pin(async move {
            let Effect::Read { report } = effect else {
                return Err(JobError::Fail("this handler only reads reports".into()));
            };
            READ(&self.acts, *report, &|_, _| {})
                .await
                .map(drop)
                .map_err(|e| e.for_job())
        })
    }
}

/// Reads this report now and says that its job is done. Jobs to read that an earlier process left are done first.
///
/// # Errors
/// [`ReadError`]; the job stays on the outbox and is tried again by whoever runs next.
pub async fn read_now(
    acts: &Acts,
    report: ReportId,
    progress: Progress<'_>,
) -> Result<Reading, ReadError> {
    let store = acts.store();
    for _ in 0..MOST_OTHERS {
        let claimed = store
            .claim_jobs(&[kind(&Effect::Read { report })], LEASE, 1)
            .await;
        let Some(job) = claimed.map_err(CommitError::from)?.pop() else {
            break;
        };
        let mine = job.effect == Effect::Read { report };
        let result = match job.effect {
            Effect::Read { report: other } if !mine => READ(acts, other, &|_, _| {}).await,
            _ => READ(acts, report, progress).await,
        };
        let said = match &result {
            Ok(_) => store.job_done(&job.id).await,
            Err(why) => match why.for_job() {
                JobError::Retry(why) => store.job_retry(&job.id, acts.outside().now(), &why).await,
                JobError::Fail(why) => store.job_fail(&job.id, &why).await,
            },
        };
        said.map_err(CommitError::from)?;
        if mine {
            return result;
        }
        if let Err(why) = result {
            tracing::warn!(job = %job.id, %why, "a report that was waiting could not be read");
            break;
        }
    }
    // Somebody else has the job (a server beside us): reading it here too gives the record's own answers.
    READ(acts, report, progress).await
}

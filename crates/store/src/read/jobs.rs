//! The outbox: claim, then done, retry or fail; each explicit. A lease runs out by itself, and correctness never hangs on it.

use crate::error::StoreError;
use crate::sql::value;
use crate::sql::{Row, statements as q};
use crate::store::Store;
use jiff::{SignedDuration, Timestamp};
use vulnerary_case::react::Effect;

/// Work of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id: act, part and position.
    pub id: String,
    /// What to do.
    pub effect: Effect,
    /// How often it was tried, this time included.
    pub attempts: u32,
}

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedJob {
    /// The job.
    pub job: Job,
    /// When.
    pub failed_at: Timestamp,
    /// Why, in our words.
    pub why: String,
}

impl Store {
    /// Takes jobs that are due, of these kinds, for as long as the lease; each is one worker's.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_jobs(
        &self,
        kinds: &[&str],
        lease: SignedDuration,
        most: usize,
    ) -> Result<Vec<Job>, StoreError> {
        let now = self.outside().now();
        let until = now.checked_add(lease).unwrap_or(now);
        let kinds = format!(",{},", kinds.join(","));
        let params = [
            value::at(now),
            value::at(until),
            value::text(kinds),
            value::int(most.clamp(1, 256) as u64),
        ];
        self.write(move |c| {
            let mut jobs = c
                .query(&q::CLAIM_JOBS, &params)?
                .iter()
                .map(job)
                .collect::<Result<Vec<_>, _>>()?;
            jobs.sort_by(|a, b| a.id.cmp(&b.id));
            Ok(jobs)
        })
        .await
    }

    /// It is done: the row goes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn job_done(&self, id: &str) -> Result<(), StoreError> {
        let id = value::text(id.to_owned());
        self.write(move |c| c.execute(&q::DONE_JOB, &[id]).map(|_| ()))
            .await
    }

    /// It is tried again at `due`. `why` is a sentence of ours, without anybody's text.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn job_retry(&self, id: &str, due: Timestamp, why: &str) -> Result<(), StoreError> {
        let params = [
            value::text(id.to_owned()),
            value::at(due),
            value::text(why.to_owned()),
        ];
        self.write(move |c| c.execute(&q::RETRY_JOB, &params).map(|_| ()))
            .await
    }

    /// It is given up, and shown on the desk.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn job_fail(&self, id: &str, why: &str) -> Result<(), StoreError> {
        let now = self.outside().now();
        let params = [
            value::text(id.to_owned()),
            value::at(now),
            value::text(why.to_owned()),
        ];
        self.write(move |c| c.execute(&q::FAIL_JOB, &params).map(|_| ()))
            .await
    }

    /// A person wants a given-up job tried again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn job_revive(&self, id: &str) -> Result<(), StoreError> {
        let params = [value::text(id.to_owned()), value::at(self.outside().now())];
        self.write(move |c| c.execute(&q::REVIVE_JOB, &params).map(|_| ()))
            .await
    }

    /// Jobs that were given up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn failed_jobs(&self) -> Result<Vec<FailedJob>, StoreError> {
        self.read(|c| {
            let failed = |row: &Row| {
                let why = row.opt_text(5)?.unwrap_or_default();
                Ok(FailedJob {
                    job: job(row)?,
                    failed_at: row.instant(4)?,
                    why,
                })
            };
            c.query(&q::FAILED_JOBS, &[])?.iter().map(failed).collect()
        })
        .await
    }
}

fn job(row: &Row) -> Result<Job, StoreError> {
    let effect = serde_json::from_str(row.text(2)?)
        .map_err(|e| StoreError::Corrupt(format!("a job: {e}")))?;
    Ok(Job {
        id: row.text(0)?.to_owned(),
        effect,
        attempts: u32::try_from(row.count(3)?).unwrap_or(u32::MAX),
    })
}

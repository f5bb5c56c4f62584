//! The worker of the outbox: claims jobs, runs the handler of each, and says done, retry or fail.
//!
//! A job is a row of the transaction that asked for it, so none is lost; a handler is idempotent, so none harms when it
//! runs twice. The worker takes no other input: a nudge only makes it look sooner.

use super::act::Acts;
use crate::listen::stop::Stop;
use jiff::SignedDuration;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use vulnerary_case::react::Effect;
use vulnerary_store::{Job, StoreError};

/// Jobs claimed at a time; they run beside each other.
const MOST: usize = 4;
/// For how long a claimed job is ours. It is not renewed: a handler that takes longer may run twice, which does no harm.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// Longest wait between two looks, and between two tries, in seconds.
const LONGEST: u64 = 600;
/// A job that failed this often is given up and shown on the desk.
const MOST_ATTEMPTS: u32 = 12;
/// Jobs that are done by doing nothing where no handler is there: what they ask for is not set up.
const OPTIONAL: [&str; 2] = ["notify", "refresh_pages"];

/// Why a job did not get done. The sentence is shown on the desk: ours, without anybody's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobError {
    /// Another try can help.
    Retry(String),
    /// A person has to look.
    Fail(String),
}

/// A handler at work.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<(), JobError>> + Send + 'a>>;

/// Does one kind of job, or several. Idempotent.
pub trait Handler: Send + Sync {
    /// Kinds, as [`kind`] names them.
    fn kinds(&self) -> &'static [&'static str];
    /// Does it.
    fn run<'a>(&'a self, effect: &'a Effect) -> Running<'a>;
}

/// The word of an effect, as the outbox stores it.
pub fn kind(effect: &Effect) -> &'static str {
    match effect {
        Effect::Mail { .. } => "mail",
        Effect::Read { .. } => "read",
        Effect::Erase { .. } => "erase",
        Effect::Notify { .. } => "notify",
        Effect::TellReopened { .. } => "tell_reopened",
        Effect::Recheck { .. } => "recheck",
        Effect::RefreshPages => "refresh_pages",
    }
}

/// Makes the worker look at once. Cloning is cheap; nudges while it works are one.
#[derive(Clone, Debug, Default)]
pub struct Nudge(Arc<Notify>);

impl Nudge {
    /// There may be something to do.
    pub fn now(&self) {
        self.0.notify_one();
    }
}

/// The worker.
pub struct Worker {
    acts: Acts,
    handlers: Vec<Arc<dyn Handler>>,
    nudge: Nudge,
    every: Duration,
}

impl Worker {
    /// With these handlers; looks about once a second.
    pub fn new(acts: Acts, handlers: Vec<Arc<dyn Handler>>) -> Self {
        Self {
            acts,
            handlers,
            nudge: Nudge::default(),
            every: Duration::from_secs(1),
        }
    }

    /// What makes it look sooner.
    pub fn nudge(&self) -> Nudge {
        self.nudge.clone()
    }

    /// The kinds that are claimed: what has a handler, and what may be left undone.
    fn kinds(&self) -> Vec<&'static str> {
        let mut kinds: Vec<_> = self
            .handlers
            .iter()
            .flat_map(|h| h.kinds())
            .copied()
            .chain(OPTIONAL)
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// Works until `stop`; a job at work is finished first. Where the store cannot be used, it waits and tries again.
    pub async fn run(self, stop: Stop) {
        loop {
            let look = async {
                match self.look().await {
                    Ok(did) => did,
                    Err(why) => {
                        tracing::warn!(%why, "the outbox could not be looked at");
                        0
                    }
                }
            };
            // A look is never cut off: what was claimed is also finished, or said to be tried again.
            if look.await > 0 {
                if stopped(&stop).await {
                    return;
                }
                continue;
            }
            let wait = self.every + self.every.mul_f64(self.jitter());
            tokio::select! {
                () = stop.pulled() => return,
                () = self.nudge.0.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// A number from 0 to 1: several processes on one store do not look at the same moment.
    fn jitter(&self) -> f64 {
        let [byte] = crate::outside::random::<1>(&**self.acts.outside());
        f64::from(byte) / 255.0
    }

    /// Claims what is due and does it; how many jobs that were.
    ///
    /// # Errors
    /// Where the store cannot be used.
    pub async fn look(&self) -> Result<usize, StoreError> {
        let jobs = self
            .acts
            .store()
            .claim_jobs(&self.kinds(), LEASE, MOST)
            .await?;
        let count = jobs.len();
        let mut running = tokio::task::JoinSet::new();
        for job in jobs {
            let handler = self
                .handlers
                .iter()
                .find(|h| h.kinds().contains(&kind(&job.effect)))
                .cloned();
            running.spawn(async move {
                let result = attempt(&job, handler).await;
                (job, result)
            });
        }
        while let Some(done) = running.join_next().await {
            if let Ok((job, result)) = done {
                self.say(&job, result).await?;
            }
        }
        Ok(count)
    }

    async fn say(&self, job: &Job, result: Result<(), JobError>) -> Result<(), StoreError> {
        let store = self.acts.store();
        match result {
            Ok(()) => store.job_done(&job.id).await,
            Err(JobError::Retry(why)) if job.attempts < MOST_ATTEMPTS => {
                let seconds = back_off(job.attempts);
                tracing::info!(job = %job.id, attempts = job.attempts, seconds, "a job is tried again later");
                let now = self.acts.outside().now();
                let due = now
                    .checked_add(SignedDuration::from_secs(seconds))
                    .unwrap_or(now);
                store.job_retry(&job.id, due, &why).await
            }
            Err(JobError::Retry(why) | JobError::Fail(why)) => {
                tracing::warn!(job = %job.id, kind = kind(&job.effect), "a job is given up; the desk shows why");
                store.job_fail(&job.id, &why).await
            }
        }
    }
}

/// Whether it was pulled already.
async fn stopped(stop: &Stop) -> bool {
    tokio::select! { biased; () = stop.pulled() => true, () = std::future::ready(()) => false }
}

/// Runs the handler; a panic in it is a retry, and its words stay in the log of the panic.
async fn attempt(job: &Job, handler: Option<Arc<dyn Handler>>) -> Result<(), JobError> {
    let Some(handler) = handler else {
        tracing::info!(job = %job.id, kind = kind(&job.effect), "nothing is set up for this job: it counts as done");
        return Ok(());
    };
    let effect = job.effect;
    let running = tokio::spawn(async move { handler.run(&effect).await });
    running.await.unwrap_or_else(|_| {
        Err(JobError::Retry(
            "a defect of this software stopped it".into(),
        ))
    })
}

/// Seconds until the next try: 2, 4, 8 …, at most ten minutes.
fn back_off(attempts: u32) -> i64 {
    let seconds = 2_u64
        .checked_pow(attempts.clamp(1, 32))
        .unwrap_or(LONGEST)
        .min(LONGEST);
    i64::try_from(seconds).unwrap_or(600)
}

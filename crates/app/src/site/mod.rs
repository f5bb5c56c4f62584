//! What the pages need, over the house: the public side here, the desk's in `shelf`.

pub mod jobs;
pub mod metrics;
pub mod organisation;
pub mod public;
pub mod receipts;
pub mod reconcile;
pub mod reporter;
pub mod server;
pub mod track;

use crate::app::App;
use crate::channels::form::TempSpool;
use crate::outside::random;
use crate::tracking::Acts;
use crate::web::limits::{BucketSettings, Buckets, Guard};
use crate::web::public::{PublicRefusal, SiteFacts};
use metrics::Metrics;
use std::sync::{Arc, Mutex, PoisonError};
use vulnerary_store::{CommitError, StoreError};

/// The public side, over an installation. Cloning is cheap.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    app: App,
    guard: Guard,
    spool: TempSpool,
    /// What the pages say of the organisation; read again after two seconds.
    facts: Mutex<Option<(jiff::Timestamp, Arc<SiteFacts>)>>,
    /// The published checkpoint and when it was taken.
    published: Mutex<Option<(jiff::Timestamp, String)>>,
}

impl Site {
    /// Over an open installation.
    ///
    /// # Errors
    /// Where the upload folder cannot be made.
    pub fn new(app: &App) -> anyhow::Result<Self> {
        let limits = &app.config.limits;
        let rate = limits.posts_per_second.max(1);
        let settings = BucketSettings {
            global_rate: rate,
            global_burst: rate.saturating_mul(5) / 2,
            staff_reserve: rate / 2,
            ..BucketSettings::default()
        };
        let trusted = app.config.proxies()?;
        let guard = Guard {
            buckets: Buckets::new(settings, app.acts.outside().now()),
            trusted,
        };
        let spool = TempSpool {
            directory: app.spool_folder()?,
        };
        Ok(Self(Arc::new(Inner {
            app: app.clone(),
            guard,
            spool,
            facts: Mutex::default(),
            published: Mutex::default(),
        })))
    }

    fn acts(&self) -> &Acts {
        &self.0.app.acts
    }

    fn app(&self) -> &App {
        &self.0.app
    }

    /// The counters.
    pub fn metrics(&self) -> &Metrics {
        &self.0.app.metrics
    }

    /// Logs a failure of ours under a new number, which the page shows.
    pub fn fail(&self, why: &str) -> String {
        let reference = hex::encode(random::<4>(&**self.acts().outside()));
        tracing::error!(%reference, %why, "a page failed");
        reference
    }

    /// What the pages last said of the organisation, without reading anything.
    pub fn facts_now(&self) -> Arc<SiteFacts> {
        let kept = self.0.facts.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((_, facts)) => Arc::clone(facts),
            None => Arc::new(organisation::unknown(&self.0.app.config)),
        }
    }

    /// What a commit that failed means to somebody at the public door.
    fn refusal(&self, why: &CommitError) -> PublicRefusal {
        match why {
            CommitError::Busy => PublicRefusal::Busy { retry_after: 5 },
            CommitError::Full => PublicRefusal::StorageFull,
            other => PublicRefusal::Failed {
                reference: self.fail(&other.to_string()),
            },
        }
    }

    fn unread(&self, why: &StoreError) -> PublicRefusal {
        match why {
            StoreError::Busy(_) | StoreError::Unavailable(_) => {
                PublicRefusal::Busy { retry_after: 5 }
            }
            other => PublicRefusal::Failed {
                reference: self.fail(&other.to_string()),
            },
        }
    }
}

//! The house put together: configuration in; acts, reads and pages out. The only place that knows how the rooms fit.

use crate::config::Config;
use crate::evidence::receipt::{Opening, Receipts};
use crate::intake::receive::Taken;
use crate::listen::stop::Stop;
use crate::outside::{Machine, SharedOutside};
use crate::secrets::password::Passwords;
use crate::shelf::Shelf;
use crate::site::metrics::Metrics;
use crate::site::{jobs, reconcile};
use crate::tracking::Acts;
use crate::tracking::worker::Worker;
use crate::web::desk::needs::Settings;
use anyhow::Context;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::JoinHandle;
use vulnerary_case::act::{Command, OrgCommand};
use vulnerary_case::actor::Actor;
use vulnerary_case::id::{PersonId, StreamId};
use vulnerary_ledger::Hash;
use vulnerary_ledger::receipt::Receipt;
use vulnerary_store::vault::KeyPlace;
use vulnerary_store::{CommitError, Options, Store};

/// Threads that read, a process.
const READERS: usize = 4;

/// An open installation.
#[derive(Clone)]
pub struct App {
    /// The door to write, and through it the store to read.
    pub acts: Acts,
    /// What the process was started with.
    pub config: Arc<Config>,
    /// Receipts of what was taken.
    pub receipts: Receipts,
    /// Counters for the operator.
    pub metrics: Metrics,
    passwords: Passwords,
}

impl App {
    /// Opens the installation; on a first start, makes it.
    ///
    /// # Errors
    /// In words, with what to do.
    pub async fn open(config: Config) -> anyhow::Result<Self> {
        Self::open_with(config, Arc::new(Machine)).await
    }

    /// Opens it with another outside (tests).
    ///
    /// # Errors
    /// As [`App::open`].
    pub async fn open_with(config: Config, outside: SharedOutside) -> anyhow::Result<Self> {
        let options = options(&config, outside.clone());
        let store = tokio::task::spawn_blocking(move || Store::open(options)).await??;
        let receipts = Receipts::new(store.clone());
        Ok(Self {
            acts: Acts::new(store, outside),
            config: Arc::new(config),
            receipts,
            passwords: Passwords::default(),
            metrics: Metrics::default(),
        })
    }

    /// The same with another cost of passwords: for tests and the demonstration.
    #[must_use]
    pub fn with_passwords(mut self, passwords: Passwords) -> Self {
        self.passwords = passwords;
        self
    }

    /// The store, for reading.
    pub fn store(&self) -> &Store {
        self.acts.store()
    }

    /// The receipt of what was just taken; for a form sent twice, that of the first time.
    ///
    /// # Errors
    /// [`CommitError`] where the record cannot be read.
    pub async fn receipt(&self, taken: &Taken) -> Result<Receipt, CommitError> {
        match &taken.proof {
            Some(proof) => {
                let (manifest, salt) = (proof.manifest.as_deref(), proof.salt);
                let opening = Opening {
                    manifest,
                    sha256: Hash(proof.sha256),
                    salt,
                };
                self.receipts.of_commit(&taken.committed, &opening).await
            }
            None => {
                self.receipts
                    .of_earlier(&taken.committed, taken.report)
                    .await
            }
        }
    }

    /// The desk's side of the house.
    pub fn shelf(&self) -> Shelf {
        let vault = self.store().vault();
        let file = self
            .config
            .master_key_file
            .clone()
            .unwrap_or_else(|| self.config.data().join("keys/master"));
        let sheet = format!(
            "Vulnerary, recovery sheet of the master key\n\nkey id   {}\nfile     {}\nkey      {}\n\n\
             Keep this sheet away from the machine and from its backups. Without it nobody can read what was reported.",
            vault.master_id(),
            file.display(),
            vault.recovery_text().as_str(),
        );
        Shelf::new(
            self.acts.clone(),
            Settings {
                public_url: self.public_url(),
                recovery_sheet: Some(sheet),
            },
        )
        .with_passwords(self.passwords.clone())
    }

    /// The address that makes every link, without a slash at the end; for a trial, the one listened on.
    pub fn public_url(&self) -> String {
        let set = self.config.public_url.clone();
        let url = set.unwrap_or_else(|| format!("http://{}", self.config.listen()));
        url.trim_end_matches('/').to_owned()
    }

    /// Whoever signs in with this mail address.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn person_by_email(&self, email: &str) -> anyhow::Result<Option<PersonId>> {
        let found = self
            .store()
            .find_display("email", &email.trim().to_lowercase())
            .await?;
        Ok(found.into_iter().find_map(|(stream, _)| match stream {
            StreamId::Person(id) => Some(id),
            _ => None,
        }))
    }

    /// Starts the worker of the outbox; it ends at `stop`, when the job at work is finished.
    pub fn work(&self, stop: Stop) -> JoinHandle<()> {
        tokio::spawn(reconcile::run(self.acts.clone(), stop.clone()));
        let worker = Worker::new(self.acts.clone(), jobs::handlers(self));
        tokio::spawn(worker.run(stop))
    }

    /// Notes on record that this version started.
    ///
    /// # Errors
    /// Where the record cannot be written.
    pub async fn note_start(&self) -> anyhow::Result<()> {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let command = Command::Org(OrgCommand::SoftwareStarted { version });
        self.acts
            .one(Actor::System, command)
            .await
            .context("The start could not be recorded.")?;
        Ok(())
    }

    /// A folder for uploads while they are read; emptied at each start, for nothing in it is anybody's yet.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn spool_folder(&self) -> anyhow::Result<PathBuf> {
        let folder = self.config.data().join("tmp");
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("{} cannot be made.", folder.display()))?;
        Ok(folder)
    }
}

/// How the store is opened for this configuration.
pub fn options(config: &Config, outside: SharedOutside) -> Options {
    let data = config.data();
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    Options {
        master_key: KeyPlace::choose(
            config.master_key_file.as_deref(),
            credentials.as_deref(),
            &data,
        ),
        data,
        database_url: config.database_url.clone(),
        outside,
        read_connections: READERS,
    }
}

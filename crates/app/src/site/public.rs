//! `PublicSite` over the store: what strangers may ask of the house.

use super::Site;
use super::organisation::facts;
use super::receipts::receipt_page;
use crate::channels::form::{FileBody, FormFile, FormReport, RefusalCode, Spool};
use crate::evidence::log_keys::key_history;
use crate::intake::form::{Understood, source_of, understand};
use crate::intake::receive::{Body, Incoming, IncomingFile, Shape, Then, receive};
use crate::outside::random;
use crate::secrets::words;
use crate::tracking::texts;
use crate::web::limits::Guard;
use crate::web::public::{
    PolicyPage, PublicRefusal, PublicSite, ReceiptFile, ReceiptPage, SiteFacts, TrackMessage,
    TrackView,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use vulnerary_case::actor::Actor;
use vulnerary_case::id::ReportId;
use vulnerary_case::source::Channel;
use vulnerary_store::Health;

/// The organisation's description is read again after this long, so that another process's change shows.
const FRESH: i64 = 2;

impl PublicSite for Site {
    fn now(&self) -> Timestamp {
        self.acts().outside().now()
    }

    fn fresh_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(random::<18>(&**self.acts().outside()))
    }

    fn guard(&self) -> &Guard {
        &self.0.guard
    }

    fn spool(&self) -> &dyn Spool {
        &self.0.spool
    }

    fn refused(&self, code: RefusalCode) {
        self.metrics().refused(code.as_str());
        tracing::info!(
            code = code.as_str(),
            "a post of the public form was refused"
        );
    }

    async fn site(&self) -> Arc<SiteFacts> {
        let now = self.now();
        {
            let kept = self.0.facts.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((at, facts)) = &*kept
                && (now.as_second() - at.as_second()).abs() < FRESH
            {
                return Arc::clone(facts);
            }
        }
        let Ok(read) = self.read_facts(now).await else {
            return self.facts_now();
        };
        let read = Arc::new(read);
        *self.0.facts.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((now, Arc::clone(&read)));
        read
    }

    async fn receive(&self, form: FormReport) -> Result<ReceiptPage, PublicRefusal> {
        let notes = form.notes.clone();
        let incoming = self.incoming(form).await;
        let taken = receive(self.acts(), incoming)
            .await
            .map_err(|e| self.refusal(&e))?;
        self.metrics().received();
        let facts = self.site().await;
        let page = receipt_page(self, &taken, notes, &facts).await;
        page.map_err(|e| self.refusal(&e))
    }

    async fn track(&self, words: String) -> Result<Option<TrackView>, PublicRefusal> {
        match self.report_of(&words).await? {
            Some(report) => self.view(report).await,
            None => Ok(None),
        }
    }

    async fn track_message(
        &self,
        words: String,
        message: TrackMessage,
    ) -> Result<Option<TrackView>, PublicRefusal> {
        let Some(report) = self.report_of(&words).await? else {
            return Ok(None);
        };
        self.hear(report, message)
            .await
            .map_err(|e| self.refusal(&e))?;
        self.view(report).await
    }

    async fn receipt(&self, words: String) -> Result<Option<ReceiptFile>, PublicRefusal> {
        let Some(report) = self.report_of(&words).await? else {
            return Ok(None);
        };
        let receipt = self
            .app()
            .receipts
            .of_report(report)
            .await
            .map_err(|e| self.refusal(&e))?;
        let json = serde_json::to_string_pretty(&receipt);
        let json = json.map_err(|e| PublicRefusal::Failed {
            reference: self.fail(&e.to_string()),
        })?;
        Ok(Some(ReceiptFile {
            report: receipt.report,
            json,
        }))
    }

    async fn policy(&self) -> PolicyPage {
        self.policy_page().await
    }

    async fn keys_json(&self) -> Result<String, PublicRefusal> {
        let history = key_history(self.app().store())
            .await
            .map_err(|e| self.unread(&e))?;
        serde_json::to_string(&history).map_err(|e| PublicRefusal::Failed {
            reference: self.fail(&e.to_string()),
        })
    }

    async fn checkpoint(&self) -> Result<Option<String>, PublicRefusal> {
        let now = self.now();
        let every = i64::from(self.app().config.limits.checkpoint_seconds);
        {
            let kept = self
                .0
                .published
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if let Some((at, note)) = &*kept
                && now < at.saturating_add(every.seconds()).unwrap_or(Timestamp::MAX)
            {
                return Ok(Some(note.clone()));
            }
        }
        let (_, note) = self
            .app()
            .store()
            .checkpoint()
            .await
            .map_err(|e| self.unread(&e))?;
        *self
            .0
            .published
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some((now, note.clone()));
        Ok(Some(note))
    }

    fn healthy(&self) -> bool {
        true
    }

    async fn ready(&self) -> Result<(), String> {
        match self.app().store().health() {
            Health::Good => Ok(()),
            Health::DiskLow => Err("The disk is full; only the reserve is left. Free some space.".into()),
            Health::DiskFull => Err("The disk is full: nothing is stored. Free some space; it is tried again each second.".into()),
            Health::Unavailable(_) => Err("The database cannot be reached. Look at the log.".into()),
            Health::Damaged(_) => Err("The record is damaged: nothing is written. Run `vulnerary verify`.".into()),
        }
    }
}

impl Site {
    async fn read_facts(&self, now: Timestamp) -> anyhow::Result<SiteFacts> {
        let store = self.app().store();
        let org = store.org().await?;
        let text = match &org.text {
            Some(object) => texts::texts(store, object).await?.unwrap_or_default(),
            None => BTreeMap::new(),
        };
        Ok(facts(&self.app().config, &org, &text, now))
    }

    /// A posted form as what the door in takes.
    async fn incoming(&self, form: FormReport) -> Incoming {
        let Understood {
            claims, role, kind, ..
        } = understand(&form);
        let (source, source_state) = source_of(role, &claims);
        let product = self.product_named(&form.text("product")).await;
        let mut files = Vec::with_capacity(form.files.len());
        for file in form.files {
            files.push(incoming_file(file).await);
        }
        Incoming {
            actor: Actor::System,
            source,
            source_state,
            channel: Channel::Form,
            kind,
            role,
            claims,
            product,
            fields: form.fields,
            files,
            shape: Shape::Form,
            then: Then::OpenCase,
            idempotency_key: form.idempotency_key,
        }
    }

    async fn product_named(&self, typed: &str) -> Option<vulnerary_case::id::ProductId> {
        if typed.trim().is_empty() {
            return None;
        }
        // A product that cannot be looked up now is no reason to refuse a report: a person names it in review.
        let products = self.app().store().products().await.ok()?;
        crate::inventory::named(&products, typed)
    }

    /// The report that these words (already normalised) open.
    async fn report_of(&self, words: &str) -> Result<Option<ReportId>, PublicRefusal> {
        let digest = words::digest(words);
        self.app()
            .store()
            .report_of_track(digest)
            .await
            .map_err(|e| self.unread(&e))
    }
}

/// A posted file as the door in takes it.
pub(super) async fn incoming_file(file: FormFile) -> IncomingFile {
    let body = match file.body {
        FileBody::Memory(bytes) => Body::Memory(bytes),
        FileBody::Spooled(spooled) => Body::File(spooled.into_std().await),
    };
    IncomingFile {
        name: file.name,
        body,
    }
}

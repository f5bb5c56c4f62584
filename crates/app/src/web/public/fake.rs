//! A public side over nothing, so that every page renders and every handler answers without a store.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use jiff::{Timestamp, tz::TimeZone};

use super::{
    FileLine, MessageLine, PolicyPage, Proof, PublicRefusal, PublicSite, ReceiptFile, ReceiptPage,
    ReporterStatus, SiteFacts, TrackMessage, TrackView,
};
use crate::{
    channels::form::{FormLimits, FormReport, RefusalCode, Spool, TempSpool},
    web::{
        limits::{BucketSettings, Buckets, Guard},
        when::When,
    },
};

pub(crate) const WORDS: &str =
    "harbor violin copper meadow silver winter lonely orbit pepper saddle thunder velvet";

pub(crate) fn zone() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

pub(crate) fn now() -> Timestamp {
    "2026-11-23T17:05:12.345678Z".parse().unwrap()
}

pub(crate) fn facts() -> SiteFacts {
    SiteFacts {
        organisation: "Example Infusion Systems".into(),
        emergency_phone: Some("+49 30 5555 0100".into()),
        contacts: vec!["security@example.com".into(), "tel:+493055550100".into()],
        acknowledge_business_days: 3,
        update_days: 14,
        disclosure_days: Some(90),
        acknowledge_by: Some(When::full("2026-11-26T16:00:00Z".parse().unwrap(), &zone())),
        public_url: Some("https://psirt.example.com".into()),
        local_trial: false,
        limits: FormLimits::default(),
        languages: vec!["en".into(), "de".into()],
    }
}

pub(crate) fn receipt() -> ReceiptPage {
    ReceiptPage {
        report: "VR-7KQ4-M2X".into(),
        received_at: When::exact(now(), &zone()),
        words: WORDS.into(),
        acknowledge_by: facts().acknowledge_by,
        notes: Vec::new(),
        files: vec![FileLine { name: "update.bin".into(), bytes: 4_096 }],
        proof: Proof {
            sha256: "9f2c1e8a77b0c5d49f2c1e8a77b0c5d49f2c1e8a77b0c5d49f2c1e8a77b0e81b".into(),
            leaf_index: 18_204,
            log: "vulnerary/k3v9q2/1".into(),
            checkpoint: "vulnerary/k3v9q2/1\n18207\nmZ8kQ0d6pY8m1mB5m7c0m9s1W0rJ2t4v6x8z0A2C4E=\n\n— vulnerary/k3v9q2/1 mZ8kQ0d6pY8m1mB5m7c0m9s1W0rJ2t4v6x8z0A2C4E6mZ8kQ0d6pY8m1mB5m7c0m9s1W0rJ2t4v6x8z0A2C4E=\n".into(),
            key: "vulnerary/k3v9q2/1+1a2b3c4d+AWZ5cHJpbWUgbnVtYmVycyBhcmUgZnVuIHRvIGNvdW50".into(),
            policy_sha256: "c5d49f2c1e8a77b0e81b9f2c1e8a77b0c5d49f2c1e8a77b0c5d49f2c1e8a77b0".into(),
        },
        receipt_json: "{\"v\":1,\"report\":\"VR-7KQ4-M2X\",\"leaf_index\":18204}".into(),
    }
}

pub(crate) fn track(status: ReporterStatus) -> TrackView {
    let at = |text: &str| When::short(text.parse().unwrap(), &zone());
    TrackView {
        report: "VR-7KQ4-M2X".into(),
        received_at: When::full(now(), &zone()),
        status,
        next: vec![(
            When::relative("2026-12-07T16:00:00Z".parse().unwrap(), now(), &zone()),
            "you hear from us again, also if there is nothing new.".into(),
        )],
        messages: vec![
            MessageLine {
                at: at("2026-11-24T08:12:00Z"),
                from_us: Some("Handler A".into()),
                text:
                    "Thank you. We see the same on 4.1.2.\nDoes it also start without the restart?"
                        .into(),
                files: Vec::new(),
            },
            MessageLine {
                at: at("2026-11-24T20:40:00Z"),
                from_us: None,
                text: "Yes, after about ten minutes. <script>alert(1)</script> \u{202E}txt.exe"
                    .into(),
                files: vec![FileLine {
                    name: "serial-log.txt".into(),
                    bytes: 31_000,
                }],
            },
        ],
        files: vec![FileLine {
            name: "update.bin".into(),
            bytes: 4_096,
        }],
    }
}

pub(crate) fn policy() -> PolicyPage {
    PolicyPage {
        version: "4".into(),
        since: Some(When::day("2026-09-02T08:00:00Z".parse().unwrap(), &zone())),
        sha256: receipt().proof.policy_sha256,
        clocks: vec![[
            "First answer to the reporter".into(),
            "3 working days".into(),
            "ISO/IEC 29147:2018 6.2.5".into(),
        ]],
        sections: vec![(
            "In Germany".into(),
            vec!["We also tell the BSI and the BfArM where the law asks us to.".into()],
        )],
    }
}

/// What was received, for the tests to look at.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    pub files: Vec<(Vec<u8>, u64)>,
    pub key: Option<String>,
    pub messages: Vec<Vec<u8>>,
    pub refused: Vec<RefusalCode>,
}

#[derive(Clone)]
pub(crate) struct Fake(pub Arc<Inner>);

pub(crate) struct Inner {
    pub facts: Arc<SiteFacts>,
    pub guard: Guard,
    pub fails: Option<PublicRefusal>,
    pub seen: Mutex<Seen>,
    spool: TempSpool,
    keys: AtomicU64,
}

impl Fake {
    pub(crate) fn new() -> Self {
        Self::with(facts(), BucketSettings::default(), None)
    }

    pub(crate) fn with(
        facts: SiteFacts,
        settings: BucketSettings,
        fails: Option<PublicRefusal>,
    ) -> Self {
        Self(Arc::new(Inner {
            facts: Arc::new(facts),
            guard: Guard {
                buckets: Buckets::new(settings, now()),
                trusted: Vec::new(),
            },
            fails,
            seen: Mutex::default(),
            spool: TempSpool {
                directory: std::env::temp_dir(),
            },
            keys: AtomicU64::new(0),
        }))
    }

    pub(crate) fn seen(&self) -> Seen {
        self.0.seen.lock().unwrap().clone()
    }

    fn fail(&self) -> Result<(), PublicRefusal> {
        self.0.fails.clone().map_or(Ok(()), Err)
    }
}

impl PublicSite for Fake {
    fn now(&self) -> Timestamp {
        now()
    }
    fn fresh_key(&self) -> String {
        format!(
            "fresh-key-of-the-page-{:04}",
            self.0.keys.fetch_add(1, Ordering::Relaxed)
        )
    }
    fn guard(&self) -> &Guard {
        &self.0.guard
    }
    fn spool(&self) -> &dyn Spool {
        &self.0.spool
    }
    fn refused(&self, code: RefusalCode) {
        self.0.seen.lock().unwrap().refused.push(code);
    }
    async fn site(&self) -> Arc<SiteFacts> {
        self.0.facts.clone()
    }
    async fn receive(&self, form: FormReport) -> Result<ReceiptPage, PublicRefusal> {
        self.fail()?;
        let mut seen = self.0.seen.lock().unwrap();
        seen.files = form
            .files
            .iter()
            .map(|f| (f.name.clone(), f.bytes))
            .collect();
        seen.fields = form.fields;
        seen.key = form.idempotency_key;
        Ok(ReceiptPage {
            notes: form.notes,
            ..receipt()
        })
    }
    async fn track(&self, words: String) -> Result<Option<TrackView>, PublicRefusal> {
        self.fail()?;
        Ok((words == WORDS).then(|| track(ReporterStatus::Review)))
    }
    async fn track_message(
        &self,
        words: String,
        message: TrackMessage,
    ) -> Result<Option<TrackView>, PublicRefusal> {
        self.0.seen.lock().unwrap().messages.push(message.text);
        self.track(words).await
    }
    async fn receipt(&self, words: String) -> Result<Option<ReceiptFile>, PublicRefusal> {
        let page = receipt();
        Ok((words == WORDS).then_some(ReceiptFile {
            report: page.report,
            json: page.receipt_json,
        }))
    }
    async fn policy(&self) -> PolicyPage {
        policy()
    }
    async fn keys_json(&self) -> Result<String, PublicRefusal> {
        Ok("[]".into())
    }
    async fn checkpoint(&self) -> Result<Option<String>, PublicRefusal> {
        Ok(Some(receipt().proof.checkpoint))
    }
    fn healthy(&self) -> bool {
        true
    }
    async fn ready(&self) -> Result<(), String> {
        self.0
            .fails
            .as_ref()
            .map_or(Ok(()), |_| Err("the disk is full".into()))
    }
}

//! A report's own page: what its reporter may read of it, and what they add.

use super::Site;
use super::public::incoming_file;
use super::reporter;
use crate::intake::receive::{Body, StoredFields};
use crate::outside::new_uuid;
use crate::tracking::act::{CommitError, ObjectKind, Texts, keep, vault_error};
use crate::tracking::texts;
use crate::web::public::{
    FileLine, MessageLine, PolicyPage, PublicRefusal, ReporterStatus, TrackMessage, TrackView,
};
use crate::web::when::When;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::io::Seek;
use vulnerary_case::act::{Command, ReportCommand};
use vulnerary_case::actor::Actor;
use vulnerary_case::case::state::CaseState;
use vulnerary_case::clocks::{clocks, zone};
use vulnerary_case::id::{ActId, MessageId, ReportId, StreamId};
use vulnerary_case::object::ObjectRef;
use vulnerary_case::policy::ClockCode;
use vulnerary_case::report::event::Purpose;
use vulnerary_case::report::state::{Direction, Message, ReportState};
use vulnerary_case::world::{State, World};
use vulnerary_store::StoreError;

/// Clocks that a reporter is told of: what we owe them.
const TOLD: [ClockCode; 6] = [
    ClockCode::Acknowledge,
    ClockCode::Update,
    ClockCode::UpdateLater,
    ClockCode::UnansweredMessage,
    ClockCode::Dispute,
    ClockCode::Review,
];

impl Site {
    /// The report as its reporter sees it.
    pub(super) async fn view(&self, report: ReportId) -> Result<Option<TrackView>, PublicRefusal> {
        self.read_view(report).await.map_err(|e| self.unread(&e))
    }

    async fn read_view(&self, id: ReportId) -> Result<Option<TrackView>, StoreError> {
        let world = self.app().store().world(&[StreamId::Report(id)]).await?;
        let Some(report) = world.report(id) else {
            return Ok(None);
        };
        let zone = zone(&world.org().calendar);
        let cases: Vec<CaseState> = report
            .cases
            .iter()
            .filter_map(|c| world.case(*c))
            .cloned()
            .collect();
        let notice = match report.closing_notice() {
            Some(message) => Some(self.text_of(message).await?),
            None => None,
        };
        let mut messages = Vec::with_capacity(report.messages.len());
        for message in &report.messages {
            let from_us = (message.direction == Direction::Out).then(|| who_of_us(message));
            let text = self.text_of(message).await?;
            messages.push(MessageLine {
                at: When::short(message.at, &zone),
                from_us,
                text,
                files: Vec::new(),
            });
        }
        let status = reporter::status(report, &cases, notice, &zone);
        Ok(Some(TrackView {
            report: report.number.clone(),
            received_at: When::full(report.received_at, &zone),
            next: self.next(report, &cases, &world, &status),
            status,
            messages,
            files: self.files_of(report).await?,
        }))
    }

    /// What we owe the reporter next, and by when.
    fn next(
        &self,
        report: &ReportState,
        cases: &[CaseState],
        world: &World,
        status: &ReporterStatus,
    ) -> Vec<(When, String)> {
        if matches!(
            status,
            ReporterStatus::Closed { .. } | ReporterStatus::SetAside { .. }
        ) {
            return Vec::new();
        }
        let (now, zone) = (self.acts().outside().now(), zone(&world.org().calendar));
        let mut due = clocks(&State::Report(Box::new(report.clone())), world);
        due.extend(
            cases
                .iter()
                .flat_map(|c| clocks(&State::Case(Box::new(c.clone())), world)),
        );
        due.sort_by_key(|d| d.due);
        let told = due
            .into_iter()
            .filter(|d| TOLD.contains(&d.code) && !d.provisional);
        let mut lines: Vec<(When, String)> = Vec::new();
        for deadline in told {
            let words = promise(deadline.code).to_owned();
            if !lines.iter().any(|(_, said)| *said == words) {
                lines.push((When::relative(deadline.due, now, &zone), words));
            }
        }
        lines.truncate(3);
        lines
    }

    async fn text_of(&self, message: &Message) -> Result<String, StoreError> {
        texts::one(self.app().store(), &message.text, "message").await
    }

    async fn files_of(&self, report: &ReportState) -> Result<Vec<FileLine>, StoreError> {
        let store = self.app().store();
        let mut lines = Vec::new();
        if let Some(fields) = report.objects.get(1)
            && let Some(bytes) = texts::bytes(store, fields).await?
            && let Ok(stored) = serde_json::from_slice::<StoredFields>(&bytes)
        {
            for (name, object) in stored.files.iter().zip(report.objects.iter().skip(2)) {
                let name = STANDARD.decode(name).unwrap_or_default();
                lines.push(FileLine {
                    name: String::from_utf8_lossy(&name).into_owned(),
                    bytes: object.length,
                });
            }
        }
        for added in &report.files {
            let name = texts::one(store, &added.name, "name").await?;
            lines.push(FileLine {
                name,
                bytes: added.file.length,
            });
        }
        Ok(lines)
    }

    /// Takes what the reporter writes and adds. The same form again is the same act: nothing is there twice.
    pub(super) async fn hear(
        &self,
        report: ReportId,
        message: TrackMessage,
    ) -> Result<(), CommitError> {
        let mut act = self.acts().begin(Actor::Reporter(report));
        let mut id = MessageId(new_uuid(&**self.acts().outside()));
        if let Some(key) = &message.idempotency_key {
            let (act_id, message_id) = ids_of_key(report, key, &message);
            (act.id, id) = (act_id, message_id);
        }
        let mut files = Vec::new();
        for file in message.files {
            let incoming = incoming_file(file).await;
            let name = Texts::from([(
                "name".to_owned(),
                String::from_utf8_lossy(&incoming.name).into_owned(),
            )]);
            let sealed = self.seal_body(incoming.body).await?;
            let file: ObjectRef = keep(&mut act, sealed);
            files.push((file, self.acts().seal_texts(&mut act, &name)?));
        }
        let text = String::from_utf8_lossy(&message.text).into_owned();
        let text = self
            .acts()
            .seal_texts(&mut act, &Texts::from([("message".to_owned(), text)]))?;
        if message.disagree {
            let wish = ReportCommand::Dispute { text: text.clone() };
            act.commands.push(Command::Report {
                report,
                seen: None,
                wish,
            });
        }
        let wish = ReportCommand::Hear {
            message: id,
            text,
            files,
        };
        act.commands.push(Command::Report {
            report,
            seen: None,
            wish,
        });
        self.acts().apply(act).await?;
        Ok(())
    }

    async fn seal_body(&self, body: Body) -> Result<crate::tracking::act::Sealed, CommitError> {
        let vault = self.app().store().vault().clone();
        let most = self.app().config.limits.total_bytes;
        let seal = move || match body {
            Body::Memory(bytes) => vault.seal(ObjectKind::File, &bytes).map_err(vault_error),
            Body::File(mut file) => {
                file.rewind()
                    .map_err(|e| CommitError::Unavailable(e.to_string()))?;
                vault
                    .seal_from(ObjectKind::File, &mut file, most)
                    .map_err(vault_error)
            }
        };
        tokio::task::spawn_blocking(seal)
            .await
            .map_err(|e| CommitError::Defect(e.to_string()))?
    }

    /// The policy in force, in numbers and sentences.
    pub(super) async fn policy_page(&self) -> PolicyPage {
        let org = self.app().store().org().await.unwrap_or_default();
        let zone = zone(&org.calendar);
        let policy = org.policy();
        let clocks = policy.rules.iter().map(|rule| {
            let tier = rule
                .tier
                .map(|t| format!(" ({})", reporter::tier_word(t)))
                .unwrap_or_default();
            [
                format!("{}{tier}", capital(rule.code.word())),
                rule.within.to_string(),
                rule.source.clone(),
            ]
        });
        PolicyPage {
            version: policy.version.clone(),
            since: org.policies.last().map(|p| When::day(p.since, &zone)),
            sha256: org.policy_sha256().to_owned(),
            clocks: clocks.collect(),
            sections: vec![],
        }
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|c| c.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// Ids that a form sent twice has again.
fn ids_of_key(report: ReportId, key: &str, sent: &TrackMessage) -> (ActId, MessageId) {
    let id = |what: &str| {
        let mut hash = Sha256::new();
        let files = sent.files.iter().map(|f| f.sha256.as_slice());
        let parts = [
            what.as_bytes(),
            report.0.as_bytes(),
            key.as_bytes(),
            &sent.text,
        ];
        for part in parts.into_iter().chain(files) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest: [u8; 32] = hash.finalize().into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    };
    (
        ActId(id("vulnerary/track-act/1")),
        MessageId(id("vulnerary/track-message/1")),
    )
}

/// Who of us wrote, as reporters may know them.
fn who_of_us(message: &Message) -> String {
    match message.purpose {
        Purpose::ClosingNotice => "Closing notice from the product security team".to_owned(),
        _ => "The product security team".to_owned(),
    }
}

/// What we owe, in the reporter's words.
fn promise(code: ClockCode) -> &'static str {
    match code {
        ClockCode::Acknowledge => "a person answers you and says what happens next",
        ClockCode::UnansweredMessage => "we answer your message",
        ClockCode::Dispute => "we answer your disagreement",
        ClockCode::Review => "we have reviewed your report",
        _ => "you hear from us again",
    }
}

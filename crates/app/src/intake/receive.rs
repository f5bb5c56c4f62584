//! The only door in: keep the bytes, then place or set aside. Nothing is acknowledged before it is durable.

use super::title::title_of;
use crate::outside::{new_uuid, random};
use crate::secrets::words;
use crate::tracking::act::Acts;
use crate::tracking::act::{
    CommitError, Committed, Display, Idempotency, ObjectKind, Sealed, Vault, vault_error,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Seek;
use vulnerary_case::act::{Command, OnReceipt, OpenCase, ReceiveReport};
use vulnerary_case::actor::Actor;
use vulnerary_case::case::event::Lane;
use vulnerary_case::id::{CaseId, ObjectId, ProductId, ReportId, StreamId};
use vulnerary_case::object::ObjectRef;
use vulnerary_case::report::event::{Claims, ReporterKind, SetAsideCode};
use vulnerary_case::source::{Channel, ReporterRole, Source, SourceState};
use vulnerary_formats::text::{find_identifiers, visible_line};
use vulnerary_ledger::manifest::Manifest;

/// Label of wrapped follow-up words in idempotency rows.
const ANSWER: &str = "vulnerary/idempotency-answer/1";
/// No file is longer than this, whatever the channel's own limit says.
const MOST_FILE: u64 = 2 << 30;

/// What arrived, from any channel.
#[derive(Debug)]
pub struct Incoming {
    /// Who it is recorded by: a person, a token, or the software for the public door.
    pub actor: Actor,
    /// The clause's letter.
    pub source: Source,
    /// How sure.
    pub source_state: SourceState,
    /// How it came.
    pub channel: Channel,
    /// How its sender can be answered.
    pub kind: ReporterKind,
    /// Claimed role.
    pub role: Option<ReporterRole>,
    /// Claims.
    pub claims: Claims,
    /// The product, where it is one of ours.
    pub product: Option<ProductId>,
    /// Fields, raw, in the order received. For a single file: what is known of it (`file_name`, `product`).
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// Files, in the order received.
    pub files: Vec<IncomingFile>,
    /// A form has a manifest over fields and files; a single file (upload, mail, standard input) is itself the report.
    pub shape: Shape,
    /// What follows at once.
    pub then: Then,
    /// Makes a retry the same report: the key as sent, at least 22 characters.
    pub idempotency_key: Option<String>,
}

/// One file that arrived.
#[derive(Debug)]
pub struct IncomingFile {
    /// Name as sent, raw: a claim.
    pub name: Vec<u8>,
    /// The bytes.
    pub body: Body,
}

/// Where the bytes of a file are.
#[derive(Debug)]
pub enum Body {
    /// In memory.
    Memory(Vec<u8>),
    /// In a file of ours; read from its beginning.
    File(File),
}

/// What the report's first object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A manifest over fields and files.
    Form,
    /// Exactly one file.
    OneFile,
}

/// A form's values as they are sealed (object kind `fields`).
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredFields {
    /// Version 1.
    pub v: u8,
    /// Name and value, base64.
    pub fields: Vec<[String; 2]>,
    /// File names, base64, in the order of the file objects.
    pub files: Vec<String>,
}

/// What follows receipt in the same act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// Its own case, lane H.
    OpenCase,
    /// A job reads it.
    Read,
    /// Set aside by a rule (`name@version`).
    SetAside(SetAsideCode, String),
}

/// A report that is ours now.
#[derive(Debug)]
pub struct Taken {
    /// Which.
    pub report: ReportId,
    /// The case that was opened for it.
    pub case: Option<CaseId>,
    /// The commit that took it; of the first time, where the same came again under the same key.
    pub committed: Committed,
    /// What a receipt needs beside the commit; `None` where it came before (then the record has it).
    pub proof: Option<ProofParts>,
    /// The twelve follow-up words, where the reporter has them.
    pub words: Option<String>,
}

/// What opens the commitment of a report's first object.
#[derive(Debug)]
pub struct ProofParts {
    /// The manifest; `None` where the report is one file.
    pub manifest: Option<Vec<u8>>,
    /// SHA-256 of the manifest, or of the file.
    pub sha256: [u8; 32],
    /// The commitment's key.
    pub salt: [u8; 32],
}

/// Takes a report. Returns once it is durable.
///
/// # Errors
/// [`CommitError`]: nothing was taken, and the sender must be told so.
pub async fn receive(acts: &Acts, incoming: Incoming) -> Result<Taken, CommitError> {
    let (incoming, sealed) = seal_all(acts, incoming).await?;
    let outside = acts.outside();
    let report = ReportId(new_uuid(&**outside));
    let case = (incoming.then == Then::OpenCase).then(|| CaseId(new_uuid(&**outside)));
    let words = has_words(incoming.kind).then(|| words::make(&random(&**outside)).join(" "));
    let mut act = acts.begin(incoming.actor.clone());
    act.track = words.as_deref().map(words::digest);
    act.idempotency = idempotency(acts, &incoming, &sealed, words.as_deref())?;
    act.display = display(&incoming, &sealed, report, case);
    let objects = sealed.objects.iter().map(|o| o.reference.clone()).collect();
    let command = command(&incoming, report, case, objects);
    act.commands.push(Command::Receive(Box::new(command)));
    let proof = sealed.first().map(|f| (f.plain_sha256.0, f.salt));
    act.sealed = sealed.objects;
    let committed = acts.apply(act).await?;
    let proof = proof.map(|(sha256, salt)| ProofParts {
        manifest: sealed.manifest,
        sha256,
        salt,
    });
    taken(acts, committed, proof, words)
}

/// For a retry, the commit and the words of the first time.
fn taken(
    acts: &Acts,
    committed: Committed,
    proof: Option<ProofParts>,
    words: Option<String>,
) -> Result<Taken, CommitError> {
    let Some(StreamId::Report(report)) = committed.first().map(|e| e.stream) else {
        return Err(CommitError::Defect(
            "the first event of a receipt is no report's".into(),
        ));
    };
    let case = committed.events.iter().find_map(|e| match e.stream {
        StreamId::Case(case) => Some(case),
        _ => None,
    });
    if !committed.already_applied {
        return Ok(Taken {
            report,
            case,
            committed,
            proof,
            words,
        });
    }
    let words = committed
        .answer
        .as_deref()
        .map(|blob| earlier_words(acts, blob))
        .transpose()?;
    Ok(Taken {
        report,
        case,
        committed,
        proof: None,
        words,
    })
}

/// Everything of a report, sealed.
struct SealedAll {
    objects: Vec<Sealed>,
    manifest: Option<Vec<u8>>,
    /// The object that titles and senders are taken from.
    fields: Option<ObjectId>,
}

impl SealedAll {
    fn first(&self) -> Option<&Sealed> {
        self.objects.first()
    }
}

/// Seals on a thread of its own where a file may be large: encryption and fsync must not hold up other requests.
async fn seal_all(acts: &Acts, incoming: Incoming) -> Result<(Incoming, SealedAll), CommitError> {
    let small = incoming
        .files
        .iter()
        .all(|f| matches!(f.body, Body::Memory(_)));
    let vault = acts.store().vault().clone();
    if small {
        return seal_now(&vault, incoming);
    }
    tokio::task::spawn_blocking(move || seal_now(&vault, incoming))
        .await
        .map_err(|e| CommitError::Defect(e.to_string()))?
}

fn seal_now(vault: &Vault, mut incoming: Incoming) -> Result<(Incoming, SealedAll), CommitError> {
    let mut files = Vec::new();
    let mut manifest = Manifest::new();
    for (name, value) in &incoming.fields {
        manifest.add_field(name, value);
    }
    for file in &mut incoming.files {
        let sealed = seal_file(vault, &mut file.body)?;
        manifest.add_file(&file.name, sealed.reference.length, sealed.plain_sha256);
        files.push(sealed);
    }
    let fields = vault
        .seal(ObjectKind::Fields, &fields_json(&incoming)?)
        .map_err(vault_error)?;
    let fields_object = Some(fields.reference.object);
    let (objects, manifest) = match incoming.shape {
        Shape::Form => {
            let bytes = manifest
                .encode()
                .map_err(|e| CommitError::Defect(e.to_string()))?;
            let first = vault
                .seal(ObjectKind::Manifest, &bytes)
                .map_err(vault_error)?;
            (
                [first, fields].into_iter().chain(files).collect(),
                Some(bytes),
            )
        }
        // The one file is the report: it comes first, so that the receipt's commitment is its own.
        Shape::OneFile => (files.into_iter().chain([fields]).collect(), None),
    };
    Ok((
        incoming,
        SealedAll {
            objects,
            manifest,
            fields: fields_object,
        },
    ))
}

fn seal_file(vault: &Vault, body: &mut Body) -> Result<Sealed, CommitError> {
    match body {
        Body::Memory(bytes) => vault.seal(ObjectKind::File, bytes).map_err(vault_error),
        Body::File(file) => {
            file.rewind()
                .map_err(|e| CommitError::Unavailable(e.to_string()))?;
            vault
                .seal_from(ObjectKind::File, file, MOST_FILE)
                .map_err(vault_error)
        }
    }
}

/// The values as received: `{"v":1,"fields":[[name, value]…],"files":[name…]}`, each in base64 (they may be any bytes).
fn fields_json(incoming: &Incoming) -> Result<Vec<u8>, CommitError> {
    let stored = StoredFields {
        v: 1,
        fields: incoming
            .fields
            .iter()
            .map(|(n, v)| [STANDARD.encode(n), STANDARD.encode(v)])
            .collect(),
        files: incoming
            .files
            .iter()
            .map(|f| STANDARD.encode(&f.name))
            .collect(),
    };
    serde_json::to_vec(&stored).map_err(|e| CommitError::Defect(e.to_string()))
}

/// People get words; a machine is answered by its run record, staff on the desk.
fn has_words(kind: ReporterKind) -> bool {
    matches!(
        kind,
        ReporterKind::Person | ReporterKind::Anonymous | ReporterKind::Relayed
    )
}

fn idempotency(
    acts: &Acts,
    incoming: &Incoming,
    sealed: &SealedAll,
    words: Option<&str>,
) -> Result<Option<Idempotency>, CommitError> {
    let (Some(key), Some(first)) = (&incoming.idempotency_key, sealed.first()) else {
        return Ok(None);
    };
    let wrapped = acts
        .store()
        .vault()
        .wrap(ANSWER, words.unwrap_or("").as_bytes())
        .map_err(vault_error)?;
    let expires = acts
        .outside()
        .now()
        .saturating_add(48.hours())
        .map_err(|e| CommitError::Defect(e.to_string()))?;
    Ok(Some(Idempotency {
        key_sha256: Sha256::digest(key.as_bytes()).into(),
        content_sha256: first.plain_sha256.0,
        expires,
        answer: wrapped,
    }))
}

fn earlier_words(acts: &Acts, blob: &[u8]) -> Result<String, CommitError> {
    let bytes = acts
        .store()
        .vault()
        .unwrap(ANSWER, blob)
        .map_err(vault_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn command(
    incoming: &Incoming,
    report: ReportId,
    case: Option<CaseId>,
    objects: Vec<ObjectRef>,
) -> ReceiveReport {
    let then = match (&incoming.then, case) {
        (Then::SetAside(code, rule), _) => OnReceipt::SetAside {
            code: *code,
            rule: rule.clone(),
        },
        (Then::OpenCase, Some(case)) => {
            let (product, lane) = (incoming.product, Lane::H);
            OnReceipt::Open(OpenCase {
                case,
                lane,
                product,
                group: None,
                title: None,
            })
        }
        _ => OnReceipt::WaitForReading,
    };
    ReceiveReport {
        report,
        source: incoming.source,
        source_state: incoming.source_state,
        channel: incoming.channel,
        kind: incoming.kind,
        role: incoming.role,
        objects,
        happened_at: None,
        claims: incoming.claims,
        then,
    }
}

/// What lists show and search finds.
fn display(
    incoming: &Incoming,
    sealed: &SealedAll,
    report: ReportId,
    case: Option<CaseId>,
) -> Vec<Display> {
    let (Some(object), Some(first)) = (sealed.fields, sealed.first()) else {
        return Vec::new();
    };
    let field = |name: &str| {
        let value = incoming.fields.iter().find(|(n, _)| n == name.as_bytes())?;
        let text = String::from_utf8_lossy(&value.1).trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let stream = StreamId::Report(report);
    let mut out = vec![Display {
        stream,
        field: "sha256",
        object,
        text: first.plain_sha256.to_hex(),
    }];
    let description = field("description");
    let file = incoming
        .files
        .first()
        .map(|f| String::from_utf8_lossy(&f.name).into_owned());
    if let Some(text) = description
        .as_deref()
        .and_then(title_of)
        .or(field("title"))
        .or(file)
    {
        out.push(Display {
            stream,
            field: "title",
            object,
            text: visible_line(&text, 120),
        });
    }
    let sender = [field("name"), field("email")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    if !sender.is_empty() {
        out.push(Display {
            stream,
            field: "sender",
            object,
            text: visible_line(&sender, 200),
        });
    }
    let product = [field("product"), field("version")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    if !product.is_empty() {
        out.push(Display {
            stream,
            field: "product",
            object,
            text: visible_line(&product, 200),
        });
    }
    let found = find_identifiers(description.as_deref().unwrap_or_default(), 8);
    let identifiers: Vec<String> = found.into_iter().map(|i| i.text).collect();
    if !identifiers.is_empty() {
        let stream = case.map_or(stream, StreamId::Case);
        out.push(Display {
            stream,
            field: "identifier",
            object,
            text: identifiers.join(" "),
        });
    }
    out
}

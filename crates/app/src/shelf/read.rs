//! Opens what a page shows: the world around a case or report, its events, its texts.

use super::loaded::{Loaded, Recorded, ReportForm};
use super::{Shelf, unread};
use crate::intake::receive::StoredFields;
use crate::web::desk::model::{CaseFile, ClosureRecord, HeldFile, ReportFile};
use crate::web::desk::needs::{Texts, Trouble, View};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vulnerary_case::case::state::CaseState;
use vulnerary_case::id::{ObjectId, PersonId, ReportId, StreamId};
use vulnerary_case::object::ObjectRef;
use vulnerary_case::report::state::ReportState;
use vulnerary_case::world::World;
use vulnerary_store::vault::ObjectKind;

/// Most events of one timeline on a page.
const MOST_EVENTS: usize = 1_000;
/// Most texts that one page opens.
const MOST_TEXTS: usize = 2_000;
/// Fields of a form that say who the reporter is.
const IDENTITY: [&str; 6] = [
    "name",
    "email",
    "pgp_key",
    "credit",
    "on_behalf_of",
    "share_contact",
];

/// Everything opened for one page.
pub(super) struct Opened {
    pub(super) world: World,
    pub(super) texts: HashMap<ObjectId, Texts>,
    pub(super) plain: HashMap<ObjectId, String>,
    pub(super) forms: HashMap<ReportId, ReportForm>,
    pub(super) names: BTreeMap<PersonId, String>,
    pub(super) events: Vec<Recorded>,
    now: jiff::Timestamp,
}

impl Opened {
    pub(super) fn loaded(&self) -> Loaded<'_> {
        Loaded {
            look: &self.world,
            texts: &self.texts,
            plain: &self.plain,
            forms: &self.forms,
            names: &self.names,
            now: self.now,
        }
    }
}

impl Shelf {
    /// The world around `stream`, its events, and every text that either names.
    pub(super) async fn open(&self, stream: StreamId, view: View) -> Result<Opened, Trouble> {
        let store = self.acts.store();
        let world = store.world(&[stream]).await.map_err(unread)?;
        let timed = store
            .timeline(stream, 0, MOST_EVENTS)
            .await
            .map_err(unread)?;
        let events: Vec<Recorded> = timed
            .into_iter()
            .map(|t| Recorded {
                index: t.leaf_index,
                at: t.at,
                actor: t.actor,
                event: t.event,
            })
            .collect();
        let mut opened = Opened {
            names: self.names().await?,
            texts: HashMap::new(),
            plain: HashMap::new(),
            forms: HashMap::new(),
            events,
            now: self.acts.outside().now(),
            world,
        };
        self.open_texts(&mut opened, stream).await?;
        let reports: Vec<ReportState> = reports_of(&opened.world, stream);
        for report in &reports {
            let form = self.form_of(report, view).await?;
            opened.forms.insert(report.id, form);
        }
        if view.masked {
            tracing::info!(person = %view.person, stream = %stream, "an auditor viewed sealed texts");
        }
        Ok(opened)
    }

    /// Names of everybody.
    pub(super) async fn names(&self) -> Result<BTreeMap<PersonId, String>, Trouble> {
        let store = self.acts.store();
        let people = store.people().await.map_err(unread)?;
        let streams: Vec<StreamId> = people.iter().map(|p| StreamId::Person(p.id)).collect();
        let shown = store.display(&streams).await.map_err(unread)?;
        let name = |stream: &StreamId| {
            shown
                .get(stream)
                .and_then(|fields| fields.get("name"))
                .cloned()
        };
        Ok(people
            .iter()
            .filter_map(|p| Some((p.id, name(&StreamId::Person(p.id))?)))
            .collect())
    }

    async fn open_texts(&self, opened: &mut Opened, stream: StreamId) -> Result<(), Trouble> {
        let mut wanted = BTreeSet::new();
        for event in &opened.events {
            if let Ok((_, body)) = event.event.to_parts() {
                collect(
                    &serde_json::from_str(body.get()).unwrap_or_default(),
                    &mut wanted,
                );
            }
        }
        if let StreamId::Case(id) = stream {
            wanted.extend(opened.world.case(id).map(refs_in).unwrap_or_default());
        }
        for report in reports_of(&opened.world, stream) {
            wanted.extend(refs_in(&report));
            wanted.extend(
                report
                    .cases
                    .iter()
                    .filter_map(|c| opened.world.case(*c)?.title.as_ref())
                    .map(|t| t.object),
            );
        }
        for object in wanted.into_iter().take(MOST_TEXTS) {
            self.open_text(opened, object).await?;
        }
        Ok(())
    }

    /// Opens a text; what was erased, and what is a file, stays closed.
    async fn open_text(&self, opened: &mut Opened, object: ObjectId) -> Result<(), Trouble> {
        let store = self.acts.store();
        let Some(row) = store.sealed(object).await.map_err(unread)? else {
            return Ok(());
        };
        let is_text = matches!(
            row.kind,
            ObjectKind::Text
                | ObjectKind::Message
                | ObjectKind::FileName
                | ObjectKind::Organisation
        );
        if !is_text {
            return Ok(());
        }
        let Ok(bytes) = store.vault().open(&row) else {
            return Ok(());
        };
        if let (ObjectKind::Text | ObjectKind::Organisation, Ok(texts)) =
            (row.kind, serde_json::from_slice::<Texts>(&bytes))
        {
            opened.texts.insert(object, texts);
        } else {
            opened
                .plain
                .insert(object, String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok(())
    }

    /// Fields and files of a report. A report's objects are its manifest (or its one file), its fields, its files.
    async fn form_of(&self, report: &ReportState, view: View) -> Result<ReportForm, Trouble> {
        let store = self.acts.store();
        let mut form = ReportForm::default();
        let mut names: Vec<String> = Vec::new();
        let mut files: Vec<ObjectRef> = Vec::new();
        for object in &report.objects {
            let Some(row) = store.sealed(object.object).await.map_err(unread)? else {
                continue;
            };
            match row.kind {
                ObjectKind::File => files.push(object.clone()),
                ObjectKind::Fields => {
                    let Ok(bytes) = store.vault().open(&row) else {
                        continue;
                    };
                    let Ok(stored) = serde_json::from_slice::<StoredFields>(&bytes) else {
                        continue;
                    };
                    form.fields = stored
                        .fields
                        .iter()
                        .map(|[n, v]| (text(n), text(v)))
                        .collect();
                    names = stored.files.iter().map(|n| text(n)).collect();
                }
                _ => {}
            }
        }
        let stream = StreamId::Report(report.id);
        let shown = store.display(&[stream]).await.map_err(unread)?;
        form.sha256 = shown
            .get(&stream)
            .and_then(|f| f.get("sha256"))
            .cloned()
            .unwrap_or_default();
        names.resize(files.len(), String::new());
        form.files = files.into_iter().zip(names).collect();
        if view.masked {
            form.fields
                .retain(|(name, _)| !IDENTITY.contains(&name.as_str()));
        }
        Ok(form)
    }

    pub(super) async fn find_case(&self, number: &str) -> Result<Option<CaseState>, Trouble> {
        self.acts
            .store()
            .case_by_number(number)
            .await
            .map_err(unread)
    }

    pub(super) async fn read_case(
        &self,
        view: View,
        number: &str,
    ) -> Result<Option<CaseFile>, Trouble> {
        let Some(case) = self.find_case(number).await? else {
            return Ok(None);
        };
        let opened = self.open(StreamId::Case(case.id), view).await?;
        let places = self
            .acts
            .store()
            .count_occurrences(case.id)
            .await
            .map_err(unread)?;
        let case = opened.world.case(case.id).unwrap_or(&case);
        Ok(Some(super::case::case_file(
            case,
            &opened.loaded(),
            &opened.events,
            places,
        )))
    }

    pub(super) async fn read_report(
        &self,
        view: View,
        number: &str,
    ) -> Result<Option<ReportFile>, Trouble> {
        let Some(report) = self
            .acts
            .store()
            .report_by_number(number)
            .await
            .map_err(unread)?
        else {
            return Ok(None);
        };
        let opened = self.open(StreamId::Report(report.id), view).await?;
        let report = opened.world.report(report.id).unwrap_or(&report);
        let mut file = super::report::report_file(report, &opened.loaded(), &opened.events);
        let (size, note) = self.acts.store().checkpoint().await.map_err(unread)?;
        file.position.checkpoint = format!("{} · {size}", note.lines().next().unwrap_or_default());
        Ok(Some(file))
    }

    pub(super) async fn read_record(
        &self,
        view: View,
        number: &str,
    ) -> Result<Option<ClosureRecord>, Trouble> {
        let Some(case) = self.find_case(number).await? else {
            return Ok(None);
        };
        let opened = self.open(StreamId::Case(case.id), view).await?;
        let case = opened.world.case(case.id).unwrap_or(&case);
        let mut record = super::closure::closure_record(case, &opened.loaded(), view.person);
        if view.masked {
            record.may_not = Some("An auditor reads and does not sign.".into());
        }
        Ok(Some(record))
    }

    /// The bytes of a report's file, by its position from 1.
    pub(super) async fn read_file(
        &self,
        view: View,
        number: &str,
        index: usize,
    ) -> Result<Option<HeldFile>, Trouble> {
        let Some(report) = self
            .acts
            .store()
            .report_by_number(number)
            .await
            .map_err(unread)?
        else {
            return Ok(None);
        };
        let form = self.form_of(&report, view).await?;
        let later = report
            .files
            .iter()
            .map(|f| (f.file.clone(), Some(f.name.object)));
        let mut all = form
            .files
            .into_iter()
            .map(|(file, name)| (file, Err(name)))
            .chain(later.map(|(f, n)| (f, Ok(n))));
        let Some((file, name)) = index.checked_sub(1).and_then(|i| all.nth(i)) else {
            return Ok(None);
        };
        let name = match name {
            Err(name) => name,
            Ok(object) => match object {
                Some(object) => self
                    .bytes_of(object)
                    .await?
                    .map(|b| String::from_utf8_lossy(&b).into_owned())
                    .unwrap_or_default(),
                None => String::new(),
            },
        };
        Ok(self
            .bytes_of(file.object)
            .await?
            .map(|bytes| HeldFile { name, bytes }))
    }

    async fn bytes_of(&self, object: ObjectId) -> Result<Option<Vec<u8>>, Trouble> {
        let opened = self.acts.store().unseal(object).await.map_err(unread)?;
        Ok(opened.and_then(Result::ok).map(|bytes| bytes.to_vec()))
    }
}

/// The reports of a page: the one, or those of the case.
fn reports_of(world: &World, stream: StreamId) -> Vec<ReportState> {
    match stream {
        StreamId::Report(id) => world.report(id).cloned().into_iter().collect(),
        StreamId::Case(id) => {
            let ids = world
                .case(id)
                .map(|c| c.reports.clone())
                .unwrap_or_default();
            ids.iter()
                .filter_map(|id| world.report(*id))
                .cloned()
                .collect()
        }
        _ => vec![],
    }
}

/// Every sealed object that a state refers to.
fn refs_in<T: Serialize>(state: &T) -> BTreeSet<ObjectId> {
    let mut out = BTreeSet::new();
    collect(&serde_json::to_value(state).unwrap_or_default(), &mut out);
    out
}

fn collect(value: &serde_json::Value, out: &mut BTreeSet<ObjectId>) {
    match value {
        serde_json::Value::Object(map) => {
            let id = map
                .get("object")
                .filter(|_| map.contains_key("commitment"))
                .and_then(|v| v.as_str());
            out.extend(
                id.and_then(|id| uuid::Uuid::parse_str(id).ok())
                    .map(ObjectId),
            );
            map.values().for_each(|v| collect(v, out));
        }
        serde_json::Value::Array(list) => list.iter().for_each(|v| collect(v, out)),
        _ => {}
    }
}

/// Base64 to text; bytes that are not UTF-8 become U+FFFD.
fn text(base64: &str) -> String {
    String::from_utf8_lossy(&STANDARD.decode(base64).unwrap_or_default()).into_owned()
}

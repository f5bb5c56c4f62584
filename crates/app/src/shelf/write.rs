//! Writing: seals an act's texts, makes its command, says what lists will show, and commits.

use super::{Shelf, undone, unread};
use crate::intake::receive::{Incoming, Shape, Then, receive};
use crate::inventory;
use crate::tracking::act::{Act as StoreAct, Committed, Display, ObjectKind};
use crate::web::desk::model::NewReport;
use crate::web::desk::needs::{Act, Done, Texts, Trouble};
use vulnerary_case::act::{
    BatchCommand, CaseCommand, Command, OrgCommand, PersonCommand, ReportCommand,
};
use vulnerary_case::actor::Actor;
use vulnerary_case::id::{PersonId, StreamId};
use vulnerary_case::object::ObjectRef;
use vulnerary_case::report::event::{Claims, ReporterKind};
use vulnerary_case::source::{Channel, SourceState};

/// What a set of texts is sealed as: what a reporter reads is one plain message, the rest a set of named texts.
fn kind_of(texts: &Texts) -> ObjectKind {
    let only = |name: &str| texts.len() == 1 && texts.contains_key(name);
    if only("message") || only("notice") {
        ObjectKind::Message
    } else if texts.contains_key("email") && texts.contains_key("emergency_phone") {
        ObjectKind::Organisation
    } else if texts.contains_key("email") && texts.contains_key("name") {
        ObjectKind::Person
    } else {
        ObjectKind::Text
    }
}

impl Shelf {
    pub(super) async fn do_act(&self, act: Act) -> Result<Done, Trouble> {
        let mut writing = self.acts.begin(Actor::Person(act.person));
        let mut refs = Vec::with_capacity(act.texts.len());
        for texts in &act.texts {
            refs.push(self.seal(&mut writing, texts)?);
        }
        let too_few = || {
            Trouble::Defect(anyhow::anyhow!(
                "an act had fewer texts than its command needs"
            ))
        };
        let command = (act.command)(&refs).ok_or_else(too_few)?;
        writing.display = display_of(&command, &refs, &act.texts);
        self.check_batch(act.person, &command)?;
        writing.commands.push(command);
        let leaves = match writing.commands.first() {
            Some(Command::Person {
                person,
                wish: PersonCommand::Deactivate,
            }) => Some(*person),
            _ => None,
        };
        let committed = self.acts.apply(writing).await.map_err(undone)?;
        if let Some(person) = leaves {
            self.acts
                .store()
                .end_sessions(person)
                .await
                .map_err(unread)?;
            self.acts
                .store()
                .end_links_of(person)
                .await
                .map_err(unread)?;
        }
        self.done(&committed).await
    }

    fn seal(&self, act: &mut StoreAct, texts: &Texts) -> Result<ObjectRef, Trouble> {
        let kind = kind_of(texts);
        let bytes = match (kind, texts.values().next()) {
            (ObjectKind::Message, Some(text)) => text.clone().into_bytes(),
            _ => serde_json::to_vec(texts).map_err(|e| Trouble::Defect(e.into()))?,
        };
        self.acts.seal(act, kind, &bytes).map_err(undone)
    }

    /// A report entered at the desk: a form like the public one, so that its receipt covers every field.
    pub(super) async fn enter_report(
        &self,
        person: PersonId,
        new: NewReport,
    ) -> Result<String, Trouble> {
        let product = new
            .fields
            .iter()
            .find(|(name, _)| name == "product")
            .map(|(_, typed)| typed.clone());
        let products = self.acts.store().products().await.map_err(unread)?;
        let incoming = Incoming {
            actor: Actor::Person(person),
            source: new.source,
            source_state: SourceState::Confirmed,
            channel: if new.by_hand {
                Channel::Hand
            } else {
                Channel::Desk
            },
            kind: if new.by_hand {
                ReporterKind::NoReturnPath
            } else {
                ReporterKind::Staff
            },
            role: None,
            claims: Claims::default(),
            product: product.and_then(|typed| inventory::named(&products, &typed)),
            fields: new
                .fields
                .into_iter()
                .map(|(n, v)| (n.into_bytes(), v.into_bytes()))
                .collect(),
            files: Vec::new(),
            shape: Shape::Form,
            then: Then::OpenCase,
            idempotency_key: None,
        };
        let taken = receive(&self.acts, incoming).await.map_err(undone)?;
        let case = match taken.case {
            Some(case) => self.acts.store().case(case).await.map_err(unread)?,
            None => None,
        };
        case.map(|c| c.number)
            .ok_or_else(|| Trouble::Defect(anyhow::anyhow!("a report of a person without a case")))
    }

    /// A batch over nothing is nobody's wish.
    fn check_batch(&self, person: PersonId, command: &Command) -> Result<(), Trouble> {
        let empty = match command {
            Command::Batch(BatchCommand::Each { cases, .. }) => cases.is_empty(),
            Command::Batch(BatchCommand::Sign { cases, .. }) => cases.is_empty(),
            _ => false,
        };
        if empty {
            tracing::warn!(%person, "a batch act over no case");
            return Err(Trouble::Refused(vulnerary_case::Refusal::Limit(
                "Choose at least one case.".into(),
            )));
        }
        Ok(())
    }

    async fn done(&self, committed: &Committed) -> Result<Done, Trouble> {
        let opened = committed.events.iter().find_map(|e| match &e.event {
            vulnerary_case::Event::Case(vulnerary_case::case::event::CaseEvent::Opened(o)) => {
                Some(o.number.clone())
            }
            _ => None,
        });
        let mut left_out = Vec::with_capacity(committed.dropped.len());
        for dropped in &committed.dropped {
            let case = self.acts.store().case(dropped.case).await.map_err(unread)?;
            let number = case.map_or_else(|| dropped.case.to_string(), |c| c.number);
            left_out.push((number, dropped.why.clone()));
        }
        let mut touched: Vec<StreamId> = committed
            .events
            .iter()
            .map(|e| e.stream)
            .filter(|s| matches!(s, StreamId::Case(_)))
            .collect();
        touched.sort_unstable();
        touched.dedup();
        Ok(Done {
            opened,
            left_out,
            applied: u64::try_from(touched.len()).unwrap_or(u64::MAX),
        })
    }
}

/// What lists and search will show of this act: a title, a person's name and address.
fn display_of(command: &Command, refs: &[ObjectRef], texts: &[Texts]) -> Vec<Display> {
    let stream = match command {
        Command::Case {
            wish: CaseCommand::Split { into, .. },
            ..
        } => StreamId::Case(into.case),
        Command::Case {
            case,
            wish: CaseCommand::SetTitle { .. },
            ..
        } => StreamId::Case(*case),
        Command::Report {
            wish: ReportCommand::Open { open, .. },
            ..
        } => StreamId::Case(open.case),
        Command::Person {
            person,
            wish: PersonCommand::Add { .. } | PersonCommand::Describe { .. },
        } => StreamId::Person(*person),
        Command::Org(OrgCommand::Describe { .. }) => StreamId::Org,
        _ => return vec![],
    };
    let fields = ["title", "name", "email"];
    let all = refs.iter().zip(texts);
    all.flat_map(|(object, texts)| {
        fields.into_iter().filter_map(move |field| {
            let text = texts.get(field)?.clone();
            Some(Display {
                stream,
                field,
                object: object.object,
                text,
            })
        })
    })
    .collect()
}

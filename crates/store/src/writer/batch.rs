//! One transaction: the commit protocol of architecture §4, in its order.

use super::carried::{act_rows, event_rows};
use super::decide::{Decided, Gathered};
use super::earlier::{self, Applied};
use super::fate::{Answers, Closing, Fate, Twins, answers};
use super::{Failure, Part, Writer};
use crate::act::{Act, Committed};
use crate::error::StoreError;
use crate::log::append::{grow, instant};
use crate::log::{Head, keys};
use crate::project::rows::Rows;
use crate::sql::value::{self, Value};
use crate::sql::{Conn, statements as q};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use vulnerary_case::Facts;
use vulnerary_case::act::{Command, OrgCommand};
use vulnerary_case::actor::Actor;
use vulnerary_case::id::ActId;
use vulnerary_case::number::Numbers;
use vulnerary_case::org::event::OrgEvent;

/// No transaction exceeds this, except an act that cannot be split.
const MOST_EVENTS: usize = 256;
/// Acts that are looked up together.
const LOOK_AHEAD: usize = 32;
/// Nor this much work.
const MOST_WORK: SignedDuration = SignedDuration::from_millis(20);
/// A wall clock that steps back by more than this is recorded; less is what several hosts' clocks differ by.
const STEP: SignedDuration = SignedDuration::from_secs(1);

impl Writer {
    /// Applies as many of these acts as fit, in order. The answer has one result for each that was taken.
    pub(super) fn transaction(&mut self, parts: &[&Part]) -> Result<Answers, Failure> {
        self.in_turn(|w, conn| {
            conn.begin()?;
            let head = Head::lock(conn).inspect_err(|e| {
                if let StoreError::Corrupt(why) = e {
                    w.watch.damaged(why);
                }
            })?;
            w.under_lock(head, parts, conn)
        })
    }

    /// The transaction, once the head is locked.
    pub(super) fn under_lock(
        &mut self,
        mut head: Head,
        parts: &[&Part],
        conn: &mut Conn,
    ) -> Result<Answers, Failure> {
        if self.epoch != Some(head.epoch - 1) {
            self.world.clear();
            self.marks.clear();
        }
        self.epoch = None;
        let now = self.now();
        let numbers = Numbers {
            key: *self.numbers,
            next_report: head.next_report,
            next_case: head.next_case,
        };
        let at_text = instant(now);
        let mut got = Gathered {
            at: now,
            at_text,
            numbers,
            events: vec![],
            touched: BTreeSet::new(),
        };
        let step = self.clock_step(&head, now, &mut got, conn)?;
        let fates = self.decide_all(parts, &mut got, conn)?;
        if got.events.is_empty() && fates.iter().all(|f| !matches!(f, Fate::New(_))) {
            conn.rollback()?;
            // The rolled-back epoch was never seen by anybody.
            self.epoch = Some(head.epoch - 1);
            return Ok(answers(fates, vec![], &Closing::default(), now));
        }
        let closing = self.write_all(&mut head, parts, &fates, step.as_ref(), &mut got, conn)?;
        conn.commit()?;
        self.epoch = Some(head.epoch);
        if let Err(e) = self.seen.write(&closing.note, false) {
            tracing::warn!(error = %e, "the checkpoint seen could not be noted");
        }
        Ok(answers(fates, got.events, &closing, now))
    }

    /// Now, in microseconds as stored.
    fn now(&self) -> Timestamp {
        let now = self.outside.now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// A wall clock that stepped back is recorded, in an act of the software's own.
    fn clock_step(
        &mut self,
        head: &Head,
        now: Timestamp,
        got: &mut Gathered,
        conn: &mut Conn,
    ) -> Result<Option<(Part, Decided)>, Failure> {
        let back = head.last_at.duration_since(now);
        if head.size() == 0 || back < STEP {
            return Ok(None);
        }
        let by_ms = u64::try_from(back.as_millis()).unwrap_or(u64::MAX);
        tracing::warn!(by_ms, "the wall clock stepped back");
        let id = ActId(crate::vault::uuid_v7(self.outside.as_ref()));
        let command = Command::Org(OrgCommand::Record(Box::new(OrgEvent::ClockSteppedBack {
            by_ms,
        })));
        let part = Part {
            act: Act::new(id, Actor::System, vec![command]),
            part: 0,
            parts: 1,
        };
        match self.decide_act(&part, got, conn)? {
            Ok(decided) => Ok(Some((part, decided))),
            Err(no) => Err(Failure::Store(StoreError::Corrupt(no.to_string()))),
        }
    }

    /// Decides in order until the transaction is full. A few acts at a time are looked up together: as many round trips as
    /// one act alone, and little looked up in vain when time is up.
    fn decide_all(
        &mut self,
        parts: &[&Part],
        got: &mut Gathered,
        conn: &mut Conn,
    ) -> Result<Vec<Fate>, Failure> {
        let mut fates: Vec<Fate> = vec![];
        let mut twins = Twins::default();
        for chunk in parts.chunks(LOOK_AHEAD) {
            let mut earlier = self.earlier(chunk, got.at, conn)?;
            self.load_first(chunk, got, &earlier, conn)?;
            for (i, part) in chunk.iter().enumerate() {
                let fate = match earlier.remove(&i) {
                    Some(done) => Fate::Earlier(Box::new(done)),
                    None => match twins.find(part) {
                        Some(same) => same,
                        None => match self.decide_act(part, got, conn)? {
                            Ok(decided) if got.events.len() > MOST_EVENTS && !fates.is_empty() => {
                                self.take_back(decided.undo, got);
                                return Ok(fates);
                            }
                            Ok(decided) => {
                                twins.note(part, fates.len());
                                Fate::New(decided)
                            }
                            Err(no) => Fate::No(no),
                        },
                    },
                };
                fates.push(fate);
                let worked = self.outside.now().duration_since(got.at);
                if got.events.len() >= MOST_EVENTS || worked > MOST_WORK {
                    return Ok(fates);
                }
            }
        }
        Ok(fates)
    }

    /// Acts applied before, and forms sent before, by position.
    fn earlier(
        &mut self,
        parts: &[&Part],
        now: Timestamp,
        conn: &mut Conn,
    ) -> Result<HashMap<usize, Committed>, StoreError> {
        let ids: Vec<ActId> = parts.iter().map(|p| p.act.id).collect();
        let mut found: HashMap<(ActId, i64), Applied> = earlier::find(conn, &ids)?
            .into_iter()
            .map(|a| ((a.act, a.part), a))
            .collect();
        let mut out = HashMap::new();
        for (i, part) in parts.iter().enumerate() {
            if let Some(applied) = found.remove(&(part.act.id, part.part)) {
                out.insert(i, applied.committed(conn, None)?);
            }
        }
        let keys: Vec<Value<'_>> = parts
            .iter()
            .filter_map(|p| p.act.idempotency.as_ref())
            .map(|k| value::blob(k.key_sha256.as_slice()))
            .collect();
        if keys.is_empty() {
            return Ok(out);
        }
        for row in conn.query_keys(&q::GET_IDEMPOTENT, &keys)? {
            if row.instant(3)? <= now {
                continue;
            }
            let key = (row.bytes32(0)?, row.bytes32(1)?);
            for (i, part) in parts.iter().enumerate() {
                let here = part
                    .act
                    .idempotency
                    .as_ref()
                    .map(|k| (k.key_sha256, k.content_sha256));
                if here == Some(key) && !out.contains_key(&i) {
                    let act = ActId(row.parse(2)?);
                    let applied = earlier::find(conn, &[act])?
                        .into_iter()
                        .find(|a| a.part == 0);
                    let gone = || {
                        StoreError::Corrupt(format!("act {act} of a form sent twice is not there"))
                    };
                    out.insert(
                        i,
                        applied
                            .ok_or_else(gone)?
                            .committed(conn, Some(row.blob(4)?.to_vec()))?,
                    );
                }
            }
        }
        Ok(out)
    }

    /// What the first command of each act needs, in as few round trips as one act alone would take.
    fn load_first(
        &mut self,
        parts: &[&Part],
        got: &Gathered,
        earlier: &HashMap<usize, Committed>,
        conn: &mut Conn,
    ) -> Result<(), StoreError> {
        let facts: Vec<Facts> = parts
            .iter()
            .map(|p| Facts {
                now: got.at,
                actor: p.act.actor.clone(),
                act: p.act.id,
                numbers: got.numbers.clone(),
            })
            .collect();
        let first: Vec<_> = parts
            .iter()
            .zip(&facts)
            .enumerate()
            .filter(|(i, _)| !earlier.contains_key(i))
            .filter_map(|(_, (p, f))| p.act.commands.first().map(|c| (c, f)))
            .collect();
        self.load_for(&first, conn)
    }

    /// Step 4 and 5: rows per table, the new size, tree and checkpoint.
    fn write_all(
        &mut self,
        head: &mut Head,
        parts: &[&Part],
        fates: &[Fate],
        step: Option<&(Part, Decided)>,
        got: &mut Gathered,
        conn: &mut Conn,
    ) -> Result<Closing, Failure> {
        let base = head.size();
        let mut rows = Rows::default();
        let hashes = got.events.iter().map(|e| e.hash);
        let nodes = grow(&mut head.range, hashes, &mut rows.tree_node)?;
        let note = self.sign(head, conn)?;
        let size = head.size();
        if size > base {
            rows.checkpoint = vec![
                value::text(head.origin.clone()),
                value::int(size),
                value::text(note.clone()),
            ];
        }
        let news = parts.iter().zip(fates).filter_map(|(p, f)| match f {
            Fate::New(d) => Some((*p, d)),
            _ => None,
        });
        for (part, decided) in step.map(|(p, d)| (p, d)).into_iter().chain(news) {
            act_rows(part, decided, got, base, size, &head.origin, &mut rows)?;
        }
        let fresh = self.project_all(got, base, head, &mut rows)?;
        event_rows(&got.events, base, got.at, &mut rows);
        rows.write(conn, |report| fresh.contains(report))?;
        let (report, case) = (got.numbers.next_report, got.numbers.next_case);
        let set = [
            value::int(size),
            value::blob(head.range.encode()),
            value::at(got.at),
            Value::Int(report.into()),
            Value::Int(case.into()),
        ];
        if conn.execute(&q::SET_HEAD, &set)? != 1 {
            return Err(StoreError::Corrupt("the log has no head".into()).into());
        }
        Ok(Closing {
            base,
            note,
            nodes: Some(Arc::new(nodes)),
        })
    }

    /// The signed checkpoint of the head.
    fn sign(&mut self, head: &Head, conn: &mut Conn) -> Result<String, StoreError> {
        if self.signer.as_ref().is_none_or(|(id, _)| *id != head.key) {
            self.signer = Some((head.key, keys::signer(conn, &self.vault, head.key)?));
        }
        let origin = head.origin()?;
        match &self.signer {
            Some((_, signer)) => keys::sign(&origin, &head.range, &[signer]),
            None => Err(StoreError::Corrupt("no key signs the log".into())),
        }
    }
}

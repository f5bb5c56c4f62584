//! An act over many cases is applied in parts, one transaction each (architecture §4).

use crate::act::{Act, Committed};
use crate::writer::Part;
use vulnerary_case::act::{BatchCommand, Command};

/// Cases of one part of a batch: with every wish's events it stays below the limit of a transaction.
fn cases_a_part(batch: &BatchCommand) -> usize {
    match batch {
        // A wish makes up to four events (what it says, and what follows for embargo, lane, proposal).
        BatchCommand::Each { wishes, .. } => (256 / (4 * wishes.len().max(1))).max(1),
        // Approved, Closed, and per report told and closed.
        BatchCommand::Sign { .. } => 48,
    }
}

/// An act over many cases becomes parts; what goes with it goes with the first.
pub(crate) fn split(mut act: Act) -> Vec<Part> {
    let whole = |act| {
        vec![Part {
            act,
            part: 0,
            parts: 1,
        }]
    };
    let [Command::Batch(batch)] = act.commands.as_mut_slice() else {
        return whole(act);
    };
    let most = cases_a_part(batch);
    let chunks: Vec<Command> = match batch {
        BatchCommand::Each { cases, wishes } if cases.len() > most => cases
            .chunks(most)
            .map(|cases| {
                Command::Batch(BatchCommand::Each {
                    cases: cases.to_vec(),
                    wishes: wishes.clone(),
                })
            })
            .collect(),
        BatchCommand::Sign {
            cases,
            name,
            meaning,
        } if cases.len() > most => cases
            .chunks(most)
            .map(|cases| {
                let (name, meaning) = (name.clone(), *meaning);
                Command::Batch(BatchCommand::Sign {
                    cases: cases.to_vec(),
                    name,
                    meaning,
                })
            })
            .collect(),
        _ => return whole(act),
    };
    let (id, actor, parts) = (act.id, act.actor.clone(), chunks.len() as i64);
    let mut first = Some(act);
    chunks
        .into_iter()
        .zip(0..)
        .map(|(command, part)| {
            let mut act = first
                .take()
                .unwrap_or_else(|| Act::new(id, actor.clone(), vec![]));
            act.commands = vec![command];
            Part { act, part, parts }
        })
        .collect()
}

pub(crate) fn merge(whole: Option<Committed>, next: Committed) -> Committed {
    let Some(mut whole) = whole else { return next };
    whole.events.extend(next.events);
    whole.dropped.extend(next.dropped);
    whole.already_applied &= next.already_applied;
    Committed {
        checkpoint: next.checkpoint,
        size: next.size,
        nodes: None,
        ..whole
    }
}

//! Runs and products.

use crate::act::command::{ProductCommand, RunCommand};
use crate::act::draft::Draft;
use crate::act::settle;
use crate::case::event::{Meaning, Signature};
use crate::event::Event;
use crate::id::{ProductId, RunId, StreamId};
use crate::policy::Duty;
use crate::product::event::ProductEvent;
use crate::react::Effect;
use crate::refusal::Refusal;
use crate::run::event::RunEvent;
use crate::world::Look;

const MOST_RELEASES: usize = 1_000;

pub(crate) fn field(field: &'static str, why: &str) -> Refusal {
    Refusal::Field {
        field,
        why: why.to_owned(),
    }
}

pub(crate) fn short(name: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() || text.chars().count() > 200 {
        return Err(field(name, "write 1 to 200 characters"));
    }
    Ok(())
}

pub(crate) fn run(draft: &mut Draft<'_>, id: RunId, wish: &RunCommand) -> Result<(), Refusal> {
    draft.machine_or(Duty::Handle)?;
    let known = draft.run(id).map(|r| r.report);
    match wish {
        RunCommand::Record { lineage, .. } => short("Lineage", lineage)?,
        RunCommand::SeeOccurrences { parser, .. } => short("Parser", parser)?,
        RunCommand::Applied { .. } => {}
    }
    let event = match wish {
        RunCommand::Record {
            report,
            index,
            text,
            lineage,
            product,
        } => {
            if known.is_some() {
                return Err(Refusal::AlreadySo("this run is recorded"));
            }
            draft.the_report(*report)?;
            RunEvent::RunRecorded {
                report: *report,
                index: *index,
                text: text.clone(),
                lineage: lineage.clone(),
                product: *product,
            }
        }
        RunCommand::SeeOccurrences {
            parser,
            count,
            new,
            again,
            suppressed,
            no_longer_reported,
            list,
        } => RunEvent::OccurrencesSeen {
            parser: parser.clone(),
            count: *count,
            new: *new,
            again: *again,
            suppressed: *suppressed,
            no_longer_reported: *no_longer_reported,
            list: list.clone(),
        },
        RunCommand::Applied { opened, attached } => RunEvent::RunApplied {
            opened: *opened,
            attached: *attached,
        },
    };
    if known.is_none() && !matches!(event, RunEvent::RunRecorded { .. }) {
        return Err(Refusal::NotFound);
    }
    let applied = matches!(event, RunEvent::RunApplied { .. });
    draft.push(StreamId::Run(id), Event::Run(event));
    match known {
        Some(report) if applied => settle::report(draft, report),
        _ => Ok(()),
    }
}

pub(crate) fn product(
    draft: &mut Draft<'_>,
    id: ProductId,
    wish: &ProductCommand,
) -> Result<(), Refusal> {
    let event = match wish {
        ProductCommand::SignGate {
            release,
            name,
            digest,
            text,
        } => {
            let person = draft.require(Duty::Approve)?;
            short("Name", name)?;
            ProductEvent::GateSigned {
                release: *release,
                signature: Signature {
                    person,
                    name: name.trim().to_owned(),
                    meaning: Meaning::BatchApproval,
                    digest: digest.clone(),
                },
                text: text.clone(),
            }
        }
        _ => {
            draft.system_or(Duty::Administer)?;
            administered(wish)?
        }
    };
    match (draft.product(id), &event) {
        (None, ProductEvent::ProductAdded { .. }) => {}
        (None, _) => return Err(Refusal::NotFound),
        (Some(_), ProductEvent::ProductAdded { .. }) => {
            return Err(Refusal::AlreadySo("this product was added"));
        }
        (
            Some(product),
            ProductEvent::ReleaseAdded {
                release, version, ..
            },
        ) => {
            if product.releases.len() >= MOST_RELEASES {
                return Err(Refusal::Limit(format!(
                    "A product has at most {MOST_RELEASES} releases."
                )));
            }
            if product
                .releases
                .iter()
                .any(|r| r.id == *release || r.version == *version)
            {
                return Err(field("Version", "this product has that release already"));
            }
        }
        (
            Some(product),
            ProductEvent::ReleaseShipped { release, .. }
            | ProductEvent::ReleaseEnded { release, .. }
            | ProductEvent::GateSigned { release, .. },
        ) => {
            product.release(*release).ok_or(Refusal::NotFound)?;
        }
        (Some(_), ProductEvent::ProductRenamed { .. }) => {}
    }
    if matches!(event, ProductEvent::ReleaseShipped { .. }) {
        draft.job(Effect::Recheck { product: id });
    }
    draft.push(StreamId::Product(id), Event::Product(event));
    Ok(())
}

fn administered(wish: &ProductCommand) -> Result<ProductEvent, Refusal> {
    Ok(match wish {
        ProductCommand::Add { name } => {
            short("Name", name)?;
            ProductEvent::ProductAdded {
                name: name.trim().to_owned(),
            }
        }
        ProductCommand::Rename { name } => {
            short("Name", name)?;
            ProductEvent::ProductRenamed {
                name: name.trim().to_owned(),
            }
        }
        ProductCommand::AddRelease {
            release,
            version,
            class,
        } => {
            short("Version", version)?;
            ProductEvent::ReleaseAdded {
                release: *release,
                version: version.trim().to_owned(),
                class: *class,
            }
        }
        ProductCommand::ShipRelease {
            release,
            happened_at,
        } => ProductEvent::ReleaseShipped {
            release: *release,
            happened_at: *happened_at,
        },
        ProductCommand::EndRelease {
            release,
            happened_at,
        } => ProductEvent::ReleaseEnded {
            release: *release,
            happened_at: *happened_at,
        },
        ProductCommand::SignGate { .. } => return Err(Refusal::NotFound),
    })
}

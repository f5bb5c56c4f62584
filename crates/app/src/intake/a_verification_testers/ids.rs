//! Ids that follow from what they are for, so that a repeat after a crash, or two processes at once, name the same
//! thing and the record answers "already applied".

use sha2::{Digest, Sha256};
use uuid::Uuid;
use vulnerary_case::id::{ActId, CaseId, ReportId, RunId};

/// The ids of everything that reading one report makes.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    report: ReportId,
}

impl Ids {
    /// Of this report.
    pub fn of(report: ReportId) -> Self {
        Self { report }
    }

    /// The act of a step; `parts` tell it from every other step of this report.
    pub fn act(self, parts: &[&str]) -> ActId {
        ActId(self.uuid("act", parts))
    }

    /// The run at this position of the file.
    pub fn run(self, index: usize) -> RunId {
        RunId(self.uuid("run", &[&index.to_string()]))
    }

    /// The case that a group opens.
    pub fn case(self, run: RunId, group: &str) -> CaseId {
        CaseId(self.uuid("case", &[&run.to_string(), group]))
    }

    /// A v7 UUID: the report's own time, so that tables stay in order, and a hash for the rest.
    fn uuid(self, kind: &str, parts: &[&str]) -> Uuid {
        made("vulnerary/sarif", self.report.0, kind, parts)
    }
}

/// The case that takes over where `closed` was closed and the finding came back: the same for whoever sees it first.
pub fn case_after(closed: CaseId, group: &str) -> CaseId {
    CaseId(made("vulnerary/sarif", closed.0, "case after", &[group]))
}

fn made(label: &str, base: Uuid, kind: &str, parts: &[&str]) -> Uuid {
    let mut hash = Sha256::new();
    for part in [label, kind].iter().chain(parts) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(base.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let millis = base
        .as_bytes()
        .iter()
        .take(6)
        .fold(0, |n, b| (n << 8) | u64::from(*b));
    let mut rest = [0; 10];
    rest.copy_from_slice(&digest[..10]);
    uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_step_has_the_same_id_and_any_other_step_another() {
        let report = |n: u128| ReportId(Uuid::from_u128(n << 80));
        let (one, two) = (Ids::of(report(7)), Ids::of(report(8)));
        assert_eq!(one.act(&["part", "1"]), one.act(&["part", "1"]));
        assert_ne!(one.act(&["part", "1"]), one.act(&["part1", ""]));
        assert_ne!(one.act(&["part", "1"]), two.act(&["part", "1"]));
        assert_ne!(one.run(0), one.run(1));
        assert_eq!(one.run(0).0.get_version_num(), 7);
        assert_eq!(one.run(0).0.as_bytes()[..6], report(7).0.as_bytes()[..6]);
    }
}

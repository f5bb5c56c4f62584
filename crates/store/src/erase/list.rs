//! `DATA/erasures`: what was erased on record, beside the data, so that a restored older backup erases it again.
//!
//! One JSON object a line, appended and synced before anything is destroyed. It holds ids and an instant, nothing else.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use vulnerary_case::id::{ObjectId, ReportId};

/// Name of the file in the data directory and in a backup.
pub const FILE: &str = "erasures";
/// A longer line is not ours.
const MOST_LINE: usize = 16 * 1024 * 1024;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Format version: 1.
    pub v: u8,
    /// When it was recorded.
    pub at: Timestamp,
    /// Whose.
    pub report: ReportId,
    /// What.
    pub objects: Vec<ObjectId>,
}

/// The file of a data directory.
pub(crate) fn file(data: &Path) -> PathBuf {
    data.join(FILE)
}

/// Every complete line; a line that a crash cut short is left out: nothing was destroyed for it yet.
pub(crate) fn read(file: &Path) -> io::Result<Vec<Erasure>> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        Err(e) => return Err(e),
    };
    let complete = text.rfind('\n').map_or("", |end| &text[..end]);
    complete
        .lines()
        .filter(|line| !line.is_empty() && line.len() <= MOST_LINE)
        .map(|line| {
            let erasure: Erasure = serde_json::from_str(line).map_err(|e| {
                io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("the list of erasures cannot be read: {e}"),
                )
            })?;
            if erasure.v == 1 {
                Ok(erasure)
            } else {
                Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "the list of erasures is of a newer version",
                ))
            }
        })
        .collect()
}

/// Adds a line, durably, unless all of it is there already. A cut line before it is ended first.
pub(crate) fn append(data: &Path, erasure: &Erasure) -> io::Result<()> {
    let path = file(data);
    let known = read(&path)?;
    let listed = |object| {
        known
            .iter()
            .any(|e| e.report == erasure.report && e.objects.contains(object))
    };
    if erasure.objects.iter().all(listed) {
        return Ok(());
    }
    let is_cut = std::fs::read(&path).is_ok_and(|bytes| bytes.last().is_some_and(|b| *b != b'\n'));
    if is_cut {
        // What a crash left of a line: nothing was destroyed for it, and its job comes again.
        let whole: String = known
            .iter()
            .map(|e| serde_json::to_string(e).map(|l| l + "\n"))
            .collect::<Result<_, _>>()?;
        let fresh = path.with_extension("new");
        std::fs::write(&fresh, whole)?;
        std::fs::File::open(&fresh)?.sync_all()?;
        std::fs::rename(&fresh, &path)?;
    }
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)?;
    file.write_all(format!("{}\n", serde_json::to_string(erasure)?).as_bytes())?;
    file.sync_all()?;
    std::fs::File::open(data)?.sync_all()
}

/// Objects by report, of any number of lists.
pub(crate) fn by_report(
    lists: impl IntoIterator<Item = Erasure>,
) -> BTreeMap<ReportId, Vec<ObjectId>> {
    let mut out: BTreeMap<ReportId, Vec<ObjectId>> = BTreeMap::new();
    for erasure in lists {
        let objects = out.entry(erasure.report).or_default();
        objects.extend(erasure.objects);
        objects.sort_unstable();
        objects.dedup();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn erasure(report: u128, objects: &[u128]) -> Erasure {
        Erasure {
            v: 1,
            at: "2026-11-23T18:00:00Z".parse().expect("an instant"),
            report: ReportId(Uuid::from_u128(report)),
            objects: objects
                .iter()
                .map(|o| ObjectId(Uuid::from_u128(*o)))
                .collect(),
        }
    }

    #[test]
    fn a_line_comes_once_and_a_cut_line_spoils_nothing() {
        let dir = tempfile::tempdir().expect("a directory");
        append(dir.path(), &erasure(1, &[10, 11])).expect("written");
        append(dir.path(), &erasure(1, &[10])).expect("there already");
        let path = file(dir.path());
        let whole = std::fs::read_to_string(&path).expect("text");
        assert_eq!(whole.lines().count(), 1);
        std::fs::write(&path, format!("{whole}{{\"v\":1,\"at\"")).expect("cut");
        assert_eq!(read(&path).expect("read"), [erasure(1, &[10, 11])]);
        append(dir.path(), &erasure(2, &[12])).expect("written");
        assert_eq!(
            read(&path).expect("read"),
            [erasure(1, &[10, 11]), erasure(2, &[12])]
        );
        let all = by_report(read(&path).expect("read"));
        assert_eq!(all.len(), 2);
    }

    #[test]
    fn a_damaged_line_is_an_error_and_never_an_empty_list() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::write(file(dir.path()), "{\"v\":1}\n").expect("written");
        assert!(read(&file(dir.path())).is_err());
        assert!(append(dir.path(), &erasure(1, &[1])).is_err());
    }
}

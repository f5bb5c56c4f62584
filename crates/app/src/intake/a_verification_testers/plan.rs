//! How a run's findings are cut into acts. A pure function of the file, so that a resumed job cuts at the same places.

use super::runs::{Group, RunFound};

/// Rows of occurrences in one act.
const MOST_ROWS: usize = 1_000;
/// Groups in one act: each makes at most six events, and a transaction has at most 256.
const MOST_GROUPS: usize = 40;

/// Some members of one group.
#[derive(Clone, Copy, Debug)]
pub struct Slice<'a> {
    /// Group key.
    pub key: &'a str,
    /// The group.
    pub group: &'a Group,
    /// Positions in the run's occurrences.
    pub members: &'a [usize],
}

/// The acts of a run: each a list of slices.
pub fn parts(found: &RunFound) -> Vec<Vec<Slice<'_>>> {
    let mut parts: Vec<Vec<Slice<'_>>> = Vec::new();
    let mut rows = MOST_ROWS;
    for (key, group) in &found.groups {
        for members in group.members.chunks(MOST_ROWS) {
            let full = rows + members.len() > MOST_ROWS;
            let slice = Slice {
                key,
                group,
                members,
            };
            match parts.last_mut() {
                Some(part) if !full && part.len() < MOST_GROUPS => part.push(slice),
                _ => {
                    parts.push(vec![slice]);
                    rows = 0;
                }
            }
            rows += members.len();
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::runs::read;
    use super::*;

    fn found(rules: usize, results: usize) -> RunFound {
        let rows: Vec<String> = (0..results)
            .map(|n| {
                format!(
                    r#"{{"ruleId":"R{}","message":{{"text":"m{n}"}}}}"#,
                    n % rules
                )
            })
            .collect();
        let file = format!(
            r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"T"}}}},"results":[{}]}}]}}"#,
            rows.join(",")
        );
        read(file.as_bytes(), "p").unwrap().runs.remove(0)
    }

    #[test]
    fn every_member_is_in_one_act_and_no_act_is_over_its_limits() {
        for (rules, results) in [(1, 2_500), (300, 900), (7, 3_000), (1, 1), (41, 41)] {
            let found = found(rules, results);
            let parts = parts(&found);
            let mut all: Vec<usize> = parts
                .iter()
                .flatten()
                .flat_map(|s| s.members.iter().copied())
                .collect();
            all.sort_unstable();
            assert_eq!(
                all,
                (0..results).collect::<Vec<_>>(),
                "{rules} rules, {results} results"
            );
            for part in &parts {
                assert!(part.iter().map(|s| s.members.len()).sum::<usize>() <= MOST_ROWS);
                assert!(part.len() <= MOST_GROUPS && !part.is_empty());
            }
        }
    }
}

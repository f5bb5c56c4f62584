//! Search by number, identifier, title and sender, for now without full text: bounded to the newest texts.

use super::Circles;
use super::one::row_of_number;
use crate::act::fold_text;
use crate::error::StoreError;
use crate::project::word;
use crate::sql::value;
use crate::sql::{Conn, statements as q};
use crate::store::Store;
use std::collections::{BTreeMap, BTreeSet};
use vulnerary_case::id::StreamId;
use vulnerary_case::number;

/// Fields of display texts that search looks at.
const FIELDS: &[&str] = &["title", "sender", "identifier"];
/// Longer words are cut.
const MOST_WORDS: usize = 200;

/// One thing found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// A report or a case.
    pub stream: StreamId,
    /// `VR-…` or `VC-…`
    pub number: String,
    /// Where the words are: `number`, or a display field.
    pub field: String,
    /// The text there.
    pub text: String,
    /// Title.
    pub title: Option<String>,
    /// Phase.
    pub phase: String,
}

impl Store {
    /// What these words are found in, newest first, at most `limit` (50 at most).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn search(
        &self,
        words: &str,
        circles: &Circles,
        limit: usize,
    ) -> Result<Vec<Hit>, StoreError> {
        let words: String = words.trim().chars().take(MOST_WORDS).collect();
        let (limit, circles) = (limit.clamp(1, 50), circles.clone());
        if words.is_empty() {
            return Ok(vec![]);
        }
        let key = self.inner().numbers.clone();
        self.read(move |c| c.snapshot(|c| search(c, &key, &words, &circles, limit)))
            .await
    }
}

fn search(
    conn: &mut Conn,
    key: &[u8; 32],
    words: &str,
    circles: &Circles,
    limit: usize,
) -> Result<Vec<Hit>, StoreError> {
    let mut found: Vec<(StreamId, String, String)> = vec![];
    if let Some(number) = number::parse(words) {
        for (kind, word) in [
            (number::Kind::Report, "report"),
            (number::Kind::Case, "case"),
        ] {
            if let Some(row) = row_of_number(conn, kind, key, &number)? {
                let stream = format!("{word}/{}", row.text(0)?);
                let stream = stream
                    .parse()
                    .map_err(|_| StoreError::Corrupt("an id in a row".into()))?;
                found.push((stream, "number".into(), number.clone()));
            }
        }
    }
    let like = fold_text(words)
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    // More than the limit is read: some may be of circles that one may not see.
    let params = [
        value::text(format!("%{like}%")),
        value::int(limit as u64 * 4),
    ];
    for row in conn.query(&q::SEARCH, &params)? {
        let (stream, field) = (row.parse(0)?, row.text(1)?);
        if FIELDS.contains(&field) && !found.iter().any(|(s, ..)| *s == stream) {
            found.push((stream, field.to_owned(), row.text(2)?.to_owned()));
        }
    }
    let lines = lines(conn, &found, circles)?;
    let hits = found.into_iter().filter_map(|(stream, field, text)| {
        let (number, title, phase) = lines.get(&stream)?.clone();
        Some(Hit {
            stream,
            number,
            field,
            text,
            title,
            phase,
        })
    });
    Ok(hits.take(limit).collect())
}

type Line = (String, Option<String>, String);

fn lines(
    conn: &mut Conn,
    found: &[(StreamId, String, String)],
    circles: &Circles,
) -> Result<BTreeMap<StreamId, Line>, StoreError> {
    let streams: BTreeSet<StreamId> = found.iter().map(|(s, ..)| *s).collect();
    let (mut cases, mut reports) = (vec![], vec![]);
    for stream in streams {
        match stream {
            StreamId::Case(id) => cases.push(value::shown(id)),
            StreamId::Report(id) => reports.push(value::shown(id)),
            _ => {}
        }
    }
    let mut out = BTreeMap::new();
    for row in conn.query_keys(&q::CASES_BY_ID, &cases)? {
        let line = super::CaseLine::read(&row)?;
        if circles.has(&line.circle) {
            out.insert(
                StreamId::Case(line.id),
                (line.number, line.title, word(&line.phase)),
            );
        }
    }
    for row in conn.query_keys(&q::REPORTS_BY_ID, &reports)? {
        let line = super::ReportLine::read(&row)?;
        if circles.has(&line.circle) {
            out.insert(
                StreamId::Report(line.id),
                (line.number, line.title, word(&line.phase)),
            );
        }
    }
    Ok(out)
}

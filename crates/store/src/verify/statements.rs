//! What verification reads. Prepared on both engines by the same test as every other statement.

use crate::sql::Sql;

macro_rules! statements {
    ($($name:ident: $columns:literal => $text:literal;)+) => {
        $(pub(crate) const $name: Sql = Sql { name: concat!("VERIFY_", stringify!($name)), columns: $columns, text: $text };)+
        /// All of them.
        #[cfg(test)]
        pub(crate) const ALL: &[&Sql] = &[$(&$name),+];
    };
}

statements! {
    COUNT_EVENTS: "ii" => "SELECT count(*), COALESCE(max(idx), -1) FROM event";
    EVENTS: "ititittbb" => "SELECT idx, stream, seq, type, at, actor, act, leaf, leaf_hash FROM event WHERE idx >= $1 AND idx < $2 ORDER BY idx";
    NODES: "ib" => "SELECT idx, hash FROM tree_node WHERE level = $1 AND idx >= $2 AND idx < $3 ORDER BY idx";
    NODES_OF_LEVEL: "ii" => "SELECT level, count(*) FROM tree_node GROUP BY level ORDER BY level";
    CHECKPOINTS: "it" => "SELECT size, note FROM checkpoint WHERE origin = $1 AND size > $2 AND size <= $3 ORDER BY size LIMIT $4";
    ORIGINS: "tii" => "SELECT origin, count(*), max(size) FROM checkpoint GROUP BY origin ORDER BY origin";
    ACT_TOTALS: "ii" => "SELECT CAST(COALESCE(sum(events), 0) AS BIGINT), count(*) FROM act WHERE first + events <= $1";
    INCOMPLETE_ACTS: "tii" => "SELECT a.act, a.parts, count(*) FROM act a GROUP BY a.act, a.parts HAVING count(*) < a.parts ORDER BY a.act LIMIT 1000";
    SEALED_IDS: "tit" => "SELECT object, CAST(CASE WHEN erased_at IS NULL THEN 0 ELSE 1 END AS BIGINT), kind FROM sealed WHERE object > $1 ORDER BY object LIMIT $2";
    ROWS_REPORT: "tiittttttttiiititti" => "SELECT id, idx, version, number, phase, source, source_state, channel, kind, role, circle, received_at, acknowledged_at, closed_at, set_aside, due_at, due_code, state, sequence FROM report WHERE id > $1 ORDER BY id LIMIT $2";
    ROWS_CASE: "tiittttttttttt iiiii i t ii tti" => "SELECT id, idx, version, number, phase, stage, lane, source, role, channel, product, owner, circle, grp, proposed, occurrences, opened_at, changed_at, acknowledged_at, due_at, due_code, sort_at, closed_at, outcome, state, sequence FROM case_ WHERE id > $1 ORDER BY id LIMIT $2";
    ROWS_RUN: "tiitttiit" => "SELECT id, idx, version, report, lineage, product, at, applied, state FROM run WHERE id > $1 ORDER BY id LIMIT $2";
    ROWS_PRODUCT: "titt" => "SELECT id, version, name, state FROM product WHERE id > $1 ORDER BY id LIMIT $2";
    ROWS_PERSON: "tiit" => "SELECT id, version, active, state FROM person WHERE id > $1 ORDER BY id LIMIT $2";
    ROWS_ORG: "tit" => "SELECT id, version, state FROM org WHERE id > $1 ORDER BY id LIMIT $2";
    LINKS: "tt" => "SELECT report, case_ FROM report_case WHERE report = ANY($1) ORDER BY case_";
    LEAVES: "itb" => "SELECT idx, stream, leaf FROM event WHERE stream = ANY($1) ORDER BY seq";
    VERSION_OF_STREAM: "i" => "SELECT COALESCE(max(seq), 0) FROM event WHERE stream = $1";
    LEAVES_OF_TYPE: "b" => "SELECT leaf FROM event WHERE stream = $1 AND type = $2 ORDER BY seq LIMIT 10000";
    RECOUNT: "ttttti" => "SELECT circle, 'report' || '', source, '' || '', phase || '/', count(*) FROM report GROUP BY circle, source, phase \
        UNION ALL SELECT circle, 'case' || '', source, lane, phase || '/' || COALESCE(stage, ''), count(*) FROM case_ GROUP BY circle, source, lane, phase, stage";
    TALLIES: "ttttti" => "SELECT circle, what, source, lane, phase || '/' || stage, n FROM tally WHERE n <> 0";
    STRAY_LINKS: "tt" => "SELECT l.report, l.case_ FROM report_case l LEFT JOIN report r ON r.id = l.report WHERE r.id IS NULL ORDER BY l.report LIMIT 1000";
    STRAY_DISPLAY: "ttt" => "SELECT d.stream, d.field, d.object FROM display_text d LEFT JOIN sealed s ON s.object = d.object WHERE s.object IS NULL OR s.erased_at IS NOT NULL ORDER BY d.stream, d.field LIMIT 1000";
    STRAY_TRACKS: "t" => "SELECT t.report FROM track t LEFT JOIN report r ON r.id = t.report WHERE r.id IS NULL ORDER BY t.report LIMIT 1000";
}

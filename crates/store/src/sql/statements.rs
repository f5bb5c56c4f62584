//! Every statement, once. A test prepares each on both engines after migration and compares columns with the types here.

use super::Sql;

macro_rules! statements {
    ($($(#[doc = $doc:literal])* $name:ident: $columns:expr => $text:expr;)+) => {
        $($(#[doc = $doc])* pub(crate) const $name: Sql = Sql { name: stringify!($name), columns: $columns, text: $text };)+
        /// All of them.
        #[cfg(test)]
        pub(crate) const ALL: &[&Sql] = &[$(&$name),+];
    };
}

/// Columns of a case in lists; the title is the case's own, or that of its first report.
macro_rules! case_line {
    () => {
        "SELECT c.id, c.idx, c.number, c.phase, c.stage, c.lane, c.source, c.role, c.channel, c.product, c.owner, c.circle, \
         c.proposed, c.occurrences, c.opened_at, c.changed_at, c.acknowledged_at, c.due_at, c.due_code, c.sort_at, \
         c.closed_at, c.outcome, c.version, \
         COALESCE(t.text, (SELECT r.text FROM report_case l JOIN display_text r ON r.stream = ('report/' || l.report) \
         AND r.field = 'title' WHERE l.case_ = c.id ORDER BY l.report LIMIT 1)) \
         FROM case_ c LEFT JOIN display_text t ON t.stream = ('case/' || c.id) AND t.field = 'title' "
    };
}
const CASE_LINE: &str = "titttttttttt ii ii i i t i i t i t";

/// $1 circles as `,a,b,`; then NULL or: $2 phase, $3 stage, $4 lane, $5 source, $6 product, $7 owner (`-`: nobody), $8 open
/// (1) or closed (0), $9 overdue at this instant, $10 closure proposed, $11 channel.
macro_rules! case_filter {
    () => {
        "WHERE CAST($1 AS TEXT) LIKE ('%,' || c.circle || ',%') \
         AND (CAST($2 AS TEXT) IS NULL OR c.phase = $2) AND (CAST($3 AS TEXT) IS NULL OR c.stage = $3) \
         AND (CAST($4 AS TEXT) IS NULL OR c.lane = $4) AND (CAST($5 AS TEXT) IS NULL OR c.source = $5) \
         AND (CAST($6 AS TEXT) IS NULL OR c.product = $6) \
         AND (CAST($7 AS TEXT) IS NULL OR COALESCE(c.owner, '-') = $7) \
         AND (CAST($8 AS BIGINT) IS NULL OR (CASE WHEN c.closed_at IS NULL THEN 1 ELSE 0 END) = $8) \
         AND (CAST($9 AS BIGINT) IS NULL OR (c.closed_at IS NULL AND c.due_at < $9)) \
         AND (CAST($10 AS BIGINT) IS NULL OR c.proposed = $10) AND (CAST($11 AS TEXT) IS NULL OR c.channel = $11) "
    };
}

macro_rules! report_line {
    () => {
        "SELECT r.id, r.idx, r.number, r.phase, r.source, r.source_state, r.channel, r.kind, r.role, r.circle, r.received_at, \
         r.acknowledged_at, r.closed_at, r.set_aside, r.due_at, r.due_code, r.version, t.text, s.text FROM report r \
         LEFT JOIN display_text t ON t.stream = ('report/' || r.id) AND t.field = 'title' \
         LEFT JOIN display_text s ON s.stream = ('report/' || r.id) AND s.field = 'sha256' "
    };
}
const REPORT_LINE: &str = "titttttttt iii t i t i tt";

statements! {
    // The head, the log, the record.
    GET_HEAD: "itiibiii" => "SELECT epoch, origin, key_id, size, compact, last_at, next_report, next_case FROM log_head WHERE id = 1";
    MAKE_HEAD: "" => "INSERT INTO log_head (id, epoch, origin, key_id, size, compact, last_at, next_report, next_case) VALUES (1, 1, $1, $2, $3, $4, $5, 0, 0)";
    #[doc = "Takes the lock of the record."]
    LOCK_HEAD: "itiibiii" => "UPDATE log_head SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch, origin, key_id, size, compact, last_at, next_report, next_case";
    SET_HEAD: "" => "UPDATE log_head SET size = $1, compact = $2, last_at = $3, next_report = $4, next_case = $5 WHERE id = 1";
    SET_LOG: "" => "UPDATE log_head SET origin = $1, key_id = $2, next_report = $3, next_case = $4 WHERE id = 1";
    GET_KEYS: "ittbii" => "SELECT id, origin, vkey, wrapped, from_size, to_size FROM log_key ORDER BY id";
    GET_KEY: "tb" => "SELECT origin, wrapped FROM log_key WHERE id = $1";
    PUT_KEY: "" => "INSERT INTO log_key (id, origin, vkey, wrapped, from_size, to_size) VALUES ($1, $2, $3, $4, $5, NULL)";
    END_KEY: "" => "UPDATE log_key SET to_size = $2 WHERE id = $1";
    GET_SECRET: "b" => "SELECT wrapped FROM secret WHERE name = $1";
    PUT_SECRET: "" => "INSERT INTO secret (name, wrapped) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET wrapped = excluded.wrapped";
    GET_CHECKPOINT: "t" => "SELECT note FROM checkpoint WHERE origin = $1 AND size = $2";
    LAST_CHECKPOINT: "it" => "SELECT c.size, c.note FROM log_head h JOIN checkpoint c ON c.origin = h.origin AND c.size = h.size WHERE h.id = 1";
    GET_LEAF: "btit" => "SELECT leaf, stream, seq, type FROM event WHERE idx = $1";
    LEAVES: "ib" => "SELECT idx, leaf FROM event WHERE idx >= $1 AND idx < $2 ORDER BY idx";
    LEAVES_OF_STREAM: "iib" => "SELECT idx, seq, leaf FROM event WHERE stream = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    LEAF_HASH: "b" => "SELECT leaf_hash FROM event WHERE idx = $1";
    TREE_HASH: "b" => "SELECT hash FROM tree_node WHERE level = $1 AND idx = $2";

    // Acts and idempotency.
    GET_ACTS: "tiiiiitit" => "SELECT act, part, parts, at, first, events, origin, size, dropped FROM act WHERE act = ANY($1) ORDER BY part";
    GET_IDEMPOTENT: "bbtib" => "SELECT key_sha256, content_sha256, act, expires, answer FROM idempotency WHERE key_sha256 = ANY($1)";
    SWEEP_IDEMPOTENT: "" => "DELETE FROM idempotency WHERE expires <= $1";

    // Streams by key list.
    LOAD_REPORTS: "titttit" => "SELECT id, idx, circle, source, phase, sequence, state FROM report WHERE id = ANY($1)";
    LOAD_CASES: "titttti tttti" => "SELECT id, idx, circle, source, role, channel, acknowledged_at, lane, phase, stage, state, sequence FROM case_ WHERE id = ANY($1)";
    LOAD_RUNS: "tit" => "SELECT id, idx, state FROM run WHERE id = ANY($1)";
    LOAD_PRODUCTS: "tt" => "SELECT id, state FROM product WHERE id = ANY($1)";
    LOAD_PERSONS: "tt" => "SELECT id, state FROM person WHERE id = ANY($1)";
    LOAD_ORGS: "tt" => "SELECT id, state FROM org WHERE id = ANY($1)";
    UNLINK_REPORT: "" => "DELETE FROM report_case WHERE report = $1";
    CASES_IN_GROUP: "tt" => "SELECT grp, id FROM case_ WHERE grp = ANY($1) ORDER BY idx";

    // Reading one.
    REPORT_BY_NUMBER: "tt" => "SELECT id, state FROM report WHERE sequence = $1";
    CASE_BY_NUMBER: "tt" => "SELECT id, state FROM case_ WHERE sequence = $1";
    REPORT_OF_TRACK: "t" => "SELECT report FROM track WHERE secret_sha256 = $1";
    REPORTS_OF_CASES: "tt" => "SELECT l.case_, r.number FROM report_case l JOIN report r ON r.id = l.report WHERE l.case_ = ANY($1) ORDER BY r.idx";
    CASES_OF_REPORTS: "tt" => "SELECT l.report, c.number FROM report_case l JOIN case_ c ON c.id = l.case_ WHERE l.report = ANY($1) ORDER BY c.idx";
    GET_SEALED: "ttittbbtbti" => "SELECT object, kind, length, sha256, commitment, salt, wrapped, master, bytes, place, erased_at FROM sealed WHERE object = ANY($1)";
    DISPLAY_OF: "ttt" => "SELECT stream, field, text FROM display_text WHERE stream = ANY($1)";

    // Lists.
    CASES_BY_ID: CASE_LINE => concat!(case_line!(), "WHERE c.id = ANY($1)");
    CASES_NEWEST: CASE_LINE => concat!(case_line!(), case_filter!(), "AND c.idx < $12 ORDER BY c.idx DESC LIMIT $13");
    CASES_OF_PHASE: CASE_LINE => concat!(case_line!(), case_filter!(), "AND c.phase = CAST($2 AS TEXT) AND c.idx < $12 ORDER BY c.idx DESC LIMIT $13");
    CASES_OF_PRODUCT: CASE_LINE => concat!(case_line!(), case_filter!(), "AND c.product = CAST($6 AS TEXT) AND c.idx < $12 ORDER BY c.idx DESC LIMIT $13");
    CASES_OF_OWNER: CASE_LINE => concat!(case_line!(), case_filter!(), "AND c.owner = CAST($7 AS TEXT) AND c.idx < $12 ORDER BY c.idx DESC LIMIT $13");
    CASES_BY_DUE: CASE_LINE => concat!(case_line!(), case_filter!(), "AND c.closed_at IS NULL AND (c.sort_at, c.idx) > ($12, $13) ORDER BY c.sort_at, c.idx LIMIT $14");
    REPORTS_BY_ID: REPORT_LINE => concat!(report_line!(), "WHERE r.id = ANY($1)");
    REPORTS_NEWEST: REPORT_LINE => concat!(report_line!(), "WHERE CAST($1 AS TEXT) LIKE ('%,' || r.circle || ',%') \
        AND (CAST($2 AS TEXT) IS NULL OR r.phase = $2) AND (CAST($3 AS TEXT) IS NULL OR r.source = $3) \
        AND (CAST($4 AS TEXT) IS NULL OR r.channel = $4) \
        AND (CAST($5 AS BIGINT) IS NULL OR (CASE WHEN r.closed_at IS NULL THEN 1 ELSE 0 END) = $5) \
        AND (CAST($6 AS BIGINT) IS NULL OR (r.closed_at IS NULL AND r.due_at < $6)) \
        AND r.received_at >= $7 AND r.received_at < $8 AND r.idx < $9 ORDER BY r.idx DESC LIMIT $10");
    REPORTS_OF_PHASE: REPORT_LINE => concat!(report_line!(), "WHERE CAST($1 AS TEXT) LIKE ('%,' || r.circle || ',%') \
        AND r.phase = CAST($2 AS TEXT) AND (CAST($3 AS TEXT) IS NULL OR r.source = $3) \
        AND (CAST($4 AS TEXT) IS NULL OR r.channel = $4) \
        AND (CAST($5 AS BIGINT) IS NULL OR (CASE WHEN r.closed_at IS NULL THEN 1 ELSE 0 END) = $5) \
        AND (CAST($6 AS BIGINT) IS NULL OR (r.closed_at IS NULL AND r.due_at < $6)) \
        AND r.received_at >= $7 AND r.received_at < $8 AND r.idx < $9 ORDER BY r.idx DESC LIMIT $10");
    #[doc = "Bounded: the newest hundred thousand texts are looked through; full text comes as a batch job."]
    SEARCH: "ttt" => "SELECT d.stream, d.field, d.text FROM (SELECT stream, field, text, folded, idx FROM display_text ORDER BY idx DESC LIMIT 100000) d \
        WHERE d.folded LIKE CAST($1 AS TEXT) ESCAPE '!' ORDER BY d.idx DESC LIMIT $2";
    FIND_DISPLAY: "tt" => "SELECT stream, text FROM display_text WHERE field = $1 AND folded = $2 ORDER BY stream LIMIT 50";
    ALL_PRODUCTS: "tt" => "SELECT id, state FROM product ORDER BY id";
    ALL_PERSONS: "tt" => "SELECT id, state FROM person ORDER BY id";
    RUNS_NEWEST: "tit" => "SELECT id, idx, state FROM run WHERE idx < $1 ORDER BY idx DESC LIMIT $2";
    RUNS_OF_REPORT: "tit" => "SELECT id, idx, state FROM run WHERE report = $1 ORDER BY idx LIMIT 1000";
    LAST_RUN_OF_LINEAGE: "tit" => "SELECT id, idx, state FROM run WHERE lineage = $1 AND applied = 1 ORDER BY idx DESC LIMIT 1";
    TALLIES: "ttttti" => "SELECT what, source, lane, phase, stage, n FROM tally WHERE CAST($1 AS TEXT) LIKE ('%,' || circle || ',%') AND n <> 0";
    COUNT_OVERDUE: "i" => "SELECT count(*) FROM case_ WHERE closed_at IS NULL AND sort_at < $2 AND CAST($1 AS TEXT) LIKE ('%,' || circle || ',%')";
    COUNT_OVERDUE_REPORTS: "i" => "SELECT count(*) FROM report WHERE closed_at IS NULL AND due_at IS NOT NULL AND due_at < $2 AND CAST($1 AS TEXT) LIKE ('%,' || circle || ',%')";
    OVERDUE_BY_SOURCE: "ti" => "SELECT source, count(*) FROM case_ WHERE closed_at IS NULL AND sort_at < $2 AND CAST($1 AS TEXT) LIKE ('%,' || circle || ',%') GROUP BY source ORDER BY source";
    CLOSED_BY_SOURCE: "ti" => "SELECT source, count(*) FROM case_ WHERE closed_at IS NOT NULL AND closed_at >= $2 AND closed_at < $3 AND CAST($1 AS TEXT) LIKE ('%,' || circle || ',%') GROUP BY source ORDER BY source";
    RECEIVED_BY_SOURCE: "ti" => "SELECT source, count(*) FROM report WHERE received_at >= $2 AND received_at < $3 AND CAST($1 AS TEXT) LIKE ('%,' || circle || ',%') GROUP BY source ORDER BY source";
    RECEIVED_BY_CHANNEL: "ti" => "SELECT channel, count(*) FROM report WHERE received_at >= $2 AND received_at < $3 AND CAST($1 AS TEXT) LIKE ('%,' || circle || ',%') GROUP BY channel ORDER BY channel";
    HOURS_TO_ACKNOWLEDGE: "i" => "SELECT acknowledged_at - received_at FROM report WHERE received_at >= $1 AND received_at < $2 AND acknowledged_at IS NOT NULL ORDER BY 1 LIMIT 100000";
    HOURS_TO_CLOSE: "i" => "SELECT closed_at - opened_at FROM case_ WHERE closed_at IS NOT NULL AND closed_at >= $1 AND closed_at < $2 ORDER BY 1 LIMIT 100000";

    // Occurrences.
    OCCURRENCES: "ttttiittt it" => "SELECT fingerprint, lineage, run_first, run_last, first_seen, last_seen, level, rule, location, suppressed, case_ FROM occurrence WHERE case_ = $1 AND (fingerprint, lineage) > ($2, $3) ORDER BY fingerprint, lineage LIMIT $4";
    OCCURRENCES_OF_LINEAGE: "ttti" => "SELECT fingerprint, case_, run_last, suppressed FROM occurrence WHERE lineage = $1 AND (fingerprint, case_) > ($2, $3) ORDER BY fingerprint, case_ LIMIT $4";
    COUNT_OCCURRENCES: "i" => "SELECT count(*) FROM occurrence WHERE case_ = $1";

    // Jobs.
    CLAIM_JOBS: "ttti" => "UPDATE job SET lease_until = $2, attempts = attempts + 1 WHERE id IN (SELECT id FROM job \
        WHERE failed_at IS NULL AND due <= $1 AND (lease_until IS NULL OR lease_until <= $1) \
        AND CAST($3 AS TEXT) LIKE ('%,' || kind || ',%') ORDER BY due LIMIT $4 /*skip*/) RETURNING id, kind, payload, attempts";
    DONE_JOB: "" => "DELETE FROM job WHERE id = $1";
    RETRY_JOB: "" => "UPDATE job SET due = $2, lease_until = NULL, why = $3 WHERE id = $1";
    FAIL_JOB: "" => "UPDATE job SET failed_at = $2, lease_until = NULL, why = $3 WHERE id = $1";
    REVIVE_JOB: "" => "UPDATE job SET failed_at = NULL, due = $2 WHERE id = $1";
    FAILED_JOBS: "tttiit" => "SELECT id, kind, payload, attempts, failed_at, why FROM job WHERE failed_at IS NOT NULL ORDER BY id LIMIT 1000";
    COUNT_JOBS: "iii" => "SELECT count(*), COALESCE(min(due), 0), COALESCE(CAST(sum(CASE WHEN failed_at IS NULL THEN 0 ELSE 1 END) AS BIGINT), 0) FROM job";

    // Accounts.
    PUT_CREDENTIAL: "" => "INSERT INTO credential (person, password, totp, last_step, changed_at) VALUES ($1, $2, $3, NULL, $4) \
        ON CONFLICT (person) DO UPDATE SET password = excluded.password, totp = excluded.totp, last_step = NULL, changed_at = excluded.changed_at";
    PUT_PASSWORD: "" => "UPDATE credential SET password = $2, changed_at = $3 WHERE person = $1";
    GET_CREDENTIAL: "tbii" => "SELECT password, totp, last_step, changed_at FROM credential WHERE person = $1";
    ANY_CREDENTIAL: "t" => "SELECT person FROM credential ORDER BY person LIMIT 1";
    WITH_CREDENTIAL: "t" => "SELECT person FROM credential WHERE person = ANY($1)";
    USE_STEP: "" => "UPDATE credential SET last_step = $2 WHERE person = $1 AND (last_step IS NULL OR last_step < $2)";
    CLEAR_RECOVERY: "" => "DELETE FROM recovery_code WHERE person = $1";
    PUT_RECOVERY: "" => "INSERT INTO recovery_code (person, digest) VALUES ($1, $2)";
    USE_RECOVERY: "" => "DELETE FROM recovery_code WHERE person = $1 AND digest = $2";
    COUNT_RECOVERY: "i" => "SELECT count(*) FROM recovery_code WHERE person = $1";
    PUT_SESSION: "" => "INSERT INTO session (digest, person, created_at, seen_at, expires_at, agent) VALUES ($1, $2, $3, $3, $4, $5)";
    GET_SESSION: "btiiit" => "SELECT digest, person, created_at, seen_at, expires_at, agent FROM session WHERE digest = $1";
    SESSIONS_OF: "btiiit" => "SELECT digest, person, created_at, seen_at, expires_at, agent FROM session WHERE person = $1 ORDER BY created_at DESC LIMIT 200";
    TOUCH_SESSION: "" => "UPDATE session SET seen_at = $2 WHERE digest = $1 AND seen_at < $2";
    END_SESSION: "" => "DELETE FROM session WHERE person = $1 AND digest = $2";
    END_SESSIONS: "" => "DELETE FROM session WHERE person = $1";
    SWEEP_SESSIONS: "" => "DELETE FROM session WHERE expires_at <= $1";
    PUT_LINK: "" => "INSERT INTO link (digest, kind, person, made_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    GET_LINK: "ttii" => "SELECT kind, person, made_at, expires_at FROM link WHERE digest = $1";
    USE_LINK: "t" => "DELETE FROM link WHERE digest = $1 AND kind = $2 AND expires_at > $3 RETURNING kind";
    END_LINKS_OF: "" => "DELETE FROM link WHERE person = $1";
    END_LINKS: "" => "DELETE FROM link WHERE kind = $1";
    SWEEP_LINKS: "" => "DELETE FROM link WHERE expires_at <= $1";
}

//! What a backup reads and a restore writes beside rows. Prepared on both engines by the same test as every other statement.

use crate::sql::Sql;

macro_rules! statements {
    ($($name:ident: $columns:literal => $text:literal;)+) => {
        $(pub(crate) const $name: Sql = Sql { name: concat!("BACKUP_", stringify!($name)), columns: $columns, text: $text };)+
        /// All of them.
        #[cfg(test)]
        pub(crate) const ALL: &[&Sql] = &[$(&$name),+];
    };
}

statements! {
    LOG_KEYS: "ittbii" => "SELECT id, origin, vkey, wrapped, from_size, to_size FROM log_key ORDER BY id";
    SECRETS: "tb" => "SELECT name, wrapped FROM secret ORDER BY name";
    CREDENTIALS: "ttbii" => "SELECT person, password, totp, last_step, changed_at FROM credential ORDER BY person";
    RECOVERY_CODES: "tt" => "SELECT person, digest FROM recovery_code ORDER BY person, digest";
    JOBS: "tttiiit" => "SELECT id, kind, payload, due, attempts, failed_at, why FROM job ORDER BY id";
    EVENTS: "ib" => "SELECT idx, leaf FROM event WHERE idx >= $1 AND idx < $2 ORDER BY idx";
    CHECKPOINTS: "tit" => "SELECT origin, size, note FROM checkpoint WHERE (origin, size) > ($1, $2) ORDER BY origin, size LIMIT $3";
    ACTS: "tiiiiitit" => "SELECT act, part, parts, at, first, events, origin, size, dropped FROM act WHERE (act, part) > ($1, $2) ORDER BY act, part LIMIT $3";
    SEALED: "ttittbbtbti" => "SELECT object, kind, length, sha256, commitment, salt, wrapped, master, bytes, place, erased_at FROM sealed WHERE object > $1 ORDER BY object LIMIT $2";
    TRACKS: "bt" => "SELECT secret_sha256, report FROM track WHERE secret_sha256 > $1 ORDER BY secret_sha256 LIMIT $2";
    DISPLAY: "tttitt" => "SELECT stream, field, object, idx, text, folded FROM display_text WHERE (stream, field) > ($1, $2) ORDER BY stream, field LIMIT $3";
    OCCURRENCES: "tttttiittti" => "SELECT lineage, fingerprint, case_, run_first, run_last, first_seen, last_seen, level, rule, location, suppressed FROM occurrence WHERE (lineage, fingerprint, case_) > ($1, $2, $3) ORDER BY lineage, fingerprint, case_ LIMIT $4";
    ANYTHING: "i" => "SELECT count(*) FROM log_head";
    MAKE_HEAD: "" => "INSERT INTO log_head (id, epoch, origin, key_id, size, compact, last_at, next_report, next_case) VALUES (1, 1, $1, $2, $3, $4, $5, $6, $7)";
    LAST_SEQ: "i" => "SELECT COALESCE(max(seq), 0) FROM event WHERE stream = $1";
}

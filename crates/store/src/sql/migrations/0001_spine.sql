-- The spine. Written for SQLite; for PostgreSQL INTEGER becomes BIGINT, BLOB becomes BYTEA, and STRICT and WITHOUT ROWID go
-- (sql/migrate.rs). Instants are microseconds since 1970 UTC, booleans 0 and 1, ids the text of UUIDs v7.

-- The record. `leaf` is the event; every other column is a copy that `verify` recomputes.
CREATE TABLE event (
  idx INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  seq INTEGER NOT NULL,
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  act TEXT NOT NULL,
  leaf BLOB NOT NULL,
  leaf_hash BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_stream ON event (stream, seq);

-- One row. Whoever updates it holds the lock of the record.
CREATE TABLE log_head (
  id INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  origin TEXT NOT NULL,
  key_id INTEGER NOT NULL,
  size INTEGER NOT NULL,
  compact BLOB NOT NULL,
  last_at INTEGER NOT NULL,
  next_report INTEGER NOT NULL,
  next_case INTEGER NOT NULL
) STRICT;

CREATE TABLE log_key (
  id INTEGER PRIMARY KEY,
  origin TEXT NOT NULL,
  vkey TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  from_size INTEGER NOT NULL,
  to_size INTEGER
) STRICT;

CREATE TABLE tree_node (
  level INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (origin, size)
) STRICT, WITHOUT ROWID;

-- Part 0 is the act; parts 1..n are one transaction each. `parts` is how many there are when all are applied.
CREATE TABLE act (
  act TEXT NOT NULL,
  part INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  at INTEGER NOT NULL,
  first INTEGER NOT NULL,
  events INTEGER NOT NULL,
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  dropped TEXT NOT NULL,
  PRIMARY KEY (act, part)
) STRICT;

CREATE TABLE idempotency (
  key_sha256 BLOB NOT NULL,
  content_sha256 BLOB NOT NULL,
  act TEXT NOT NULL,
  expires INTEGER NOT NULL,
  answer BLOB NOT NULL,
  PRIMARY KEY (key_sha256, content_sha256)
) STRICT;
CREATE INDEX idempotency_expires ON idempotency (expires);

-- What somebody wrote. The columns' meaning is vault/'s; NULL salt and wrapped key: erased on record.
CREATE TABLE sealed (
  object TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  length INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  commitment TEXT NOT NULL,
  salt BLOB,
  wrapped BLOB,
  master TEXT,
  bytes BLOB,
  place TEXT,
  erased_at INTEGER
) STRICT;

-- Projections: fold(events), rebuildable.
CREATE TABLE report (
  id TEXT PRIMARY KEY,
  idx INTEGER NOT NULL,
  version INTEGER NOT NULL,
  number TEXT NOT NULL,
  phase TEXT NOT NULL,
  source TEXT NOT NULL,
  source_state TEXT NOT NULL,
  channel TEXT NOT NULL,
  kind TEXT NOT NULL,
  role TEXT,
  circle TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  acknowledged_at INTEGER,
  closed_at INTEGER,
  set_aside TEXT,
  due_at INTEGER,
  due_code TEXT,
  state TEXT NOT NULL,
  sequence INTEGER NOT NULL
) STRICT;
-- Numbers are looked up by the sequence that they permute: random keys would dirty a page each in every commit.
CREATE UNIQUE INDEX report_sequence ON report (sequence);
CREATE UNIQUE INDEX report_idx ON report (idx);
CREATE INDEX report_phase ON report (phase, idx);
CREATE INDEX report_source ON report (source, idx);
CREATE INDEX report_received ON report (received_at);
CREATE INDEX report_due ON report (due_at, idx) WHERE closed_at IS NULL AND due_at IS NOT NULL;

CREATE TABLE case_ (
  id TEXT PRIMARY KEY,
  idx INTEGER NOT NULL,
  version INTEGER NOT NULL,
  number TEXT NOT NULL,
  phase TEXT NOT NULL,
  stage TEXT,
  lane TEXT NOT NULL,
  source TEXT NOT NULL,
  role TEXT,
  channel TEXT NOT NULL,
  product TEXT,
  owner TEXT,
  circle TEXT NOT NULL,
  grp TEXT,
  proposed INTEGER NOT NULL,
  occurrences INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  acknowledged_at INTEGER,
  due_at INTEGER,
  due_code TEXT,
  sort_at INTEGER NOT NULL,
  closed_at INTEGER,
  outcome TEXT,
  state TEXT NOT NULL,
  sequence INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX case_sequence ON case_ (sequence);
CREATE UNIQUE INDEX case_idx ON case_ (idx);
CREATE INDEX case_phase ON case_ (phase, idx);
CREATE INDEX case_product ON case_ (product, idx) WHERE product IS NOT NULL;
CREATE INDEX case_owner ON case_ (owner, idx) WHERE owner IS NOT NULL;
CREATE INDEX case_group ON case_ (grp) WHERE grp IS NOT NULL;
CREATE INDEX case_sort ON case_ (sort_at, idx) WHERE closed_at IS NULL;
CREATE INDEX case_closed ON case_ (closed_at) WHERE closed_at IS NOT NULL;

CREATE TABLE report_case (
  report TEXT NOT NULL,
  case_ TEXT NOT NULL,
  PRIMARY KEY (report, case_)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_case_case ON report_case (case_, report);

CREATE TABLE run (
  id TEXT PRIMARY KEY,
  idx INTEGER NOT NULL,
  version INTEGER NOT NULL,
  report TEXT NOT NULL,
  lineage TEXT NOT NULL,
  product TEXT,
  at INTEGER NOT NULL,
  applied INTEGER NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX run_idx ON run (idx);
CREATE INDEX run_lineage ON run (lineage, idx);
CREATE INDEX run_report ON run (report);

CREATE TABLE product (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;

CREATE TABLE person (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  active INTEGER NOT NULL,
  state TEXT NOT NULL
) STRICT;

CREATE TABLE org (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  state TEXT NOT NULL
) STRICT;

-- How many reports and cases of a circle stand where: kept by difference in each commit, so that a dashboard counts no rows.
CREATE TABLE tally (
  circle TEXT NOT NULL,
  what TEXT NOT NULL,
  source TEXT NOT NULL,
  lane TEXT NOT NULL,
  phase TEXT NOT NULL,
  stage TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (circle, what, source, lane, phase, stage)
) STRICT;

-- Lane M: the places where a run shows a case. Rebuilt from the run's sealed list.
CREATE TABLE occurrence (
  lineage TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  case_ TEXT NOT NULL,
  run_first TEXT NOT NULL,
  run_last TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  level TEXT NOT NULL,
  rule TEXT NOT NULL,
  location TEXT NOT NULL,
  suppressed INTEGER NOT NULL,
  PRIMARY KEY (lineage, fingerprint, case_)
) STRICT, WITHOUT ROWID;
CREATE INDEX occurrence_case ON occurrence (case_, fingerprint, lineage);

-- Titles, senders, identifiers: what lists show and search finds. Rebuilt from sealed objects; erasure deletes by object.
CREATE TABLE display_text (
  stream TEXT NOT NULL,
  field TEXT NOT NULL,
  object TEXT NOT NULL,
  idx INTEGER NOT NULL,
  text TEXT NOT NULL,
  folded TEXT NOT NULL,
  PRIMARY KEY (stream, field)
) STRICT;
CREATE INDEX display_text_idx ON display_text (idx);
CREATE INDEX display_text_object ON display_text (object);

-- Follow-up words: only their digest.
CREATE TABLE track (
  secret_sha256 BLOB PRIMARY KEY,
  report TEXT NOT NULL
) STRICT;
CREATE INDEX track_report ON track (report);

-- Outbox. A job done is a row gone; a job given up keeps why.
CREATE TABLE job (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  due INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  lease_until INTEGER,
  failed_at INTEGER,
  why TEXT
) STRICT;
CREATE INDEX job_due ON job (due) WHERE failed_at IS NULL;

-- Accounts: the access log's side, not the ledger's.
CREATE TABLE credential (
  person TEXT PRIMARY KEY,
  password TEXT NOT NULL,
  totp BLOB NOT NULL,
  last_step INTEGER,
  changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_code (
  person TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (person, digest)
) STRICT;

CREATE TABLE session (
  digest BLOB PRIMARY KEY,
  person TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  agent TEXT NOT NULL
) STRICT;
CREATE INDEX session_person ON session (person);

CREATE TABLE link (
  digest BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  person TEXT,
  made_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

-- Secrets of the installation, wrapped by the master key: the key of report and case numbers.
CREATE TABLE secret (
  name TEXT PRIMARY KEY,
  wrapped BLOB NOT NULL
) STRICT;

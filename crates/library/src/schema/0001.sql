-- Times are UTC milliseconds since 1970; ids are UUIDv7 in text.

CREATE TABLE library (
  singleton   INTEGER PRIMARY KEY CHECK (singleton = 1),
  id          TEXT NOT NULL,
  name        TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  series_id   TEXT NOT NULL,
  series      TEXT NOT NULL,
  origin      TEXT,              -- JSON: the export that this series was restored from
  restored    TEXT               -- JSON: a restore that is not journalled yet, see restore.rs
) STRICT;

CREATE TABLE pair (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE post (
  rowid       INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  pair        TEXT NOT NULL REFERENCES pair(id),
  created_at  INTEGER NOT NULL,
  head        INTEGER,           -- revision number; NULL until the first is sealed
  status      TEXT NOT NULL CHECK (status IN ('draft','approved','scheduled','published','withdrawn')),
  trashed_at  INTEGER,
  -- what a list shows: the working copy's where there is one, else the head's
  language    TEXT NOT NULL CHECK (language IN ('en','fr')),
  title       TEXT NOT NULL,
  slug        TEXT NOT NULL,
  updated_at  INTEGER NOT NULL,
  UNIQUE (pair, language)
) STRICT;
CREATE INDEX post_by_slug ON post (slug);
CREATE INDEX post_by_time ON post (updated_at DESC);

CREATE TABLE revision (
  post          TEXT NOT NULL REFERENCES post(id),
  number        INTEGER NOT NULL,
  hash          TEXT NOT NULL,
  title         TEXT NOT NULL,
  language      TEXT NOT NULL CHECK (language IN ('en','fr')),
  slug          TEXT NOT NULL,
  attachments   TEXT NOT NULL,   -- JSON: [{"id","version"}]
  parents       TEXT NOT NULL,   -- JSON: revision numbers
  actor_name    TEXT NOT NULL,
  actor_email   TEXT NOT NULL,
  at            INTEGER NOT NULL,
  origin        TEXT NOT NULL CHECK (origin IN ('editor','file','remote','restore','merge')),
  -- Long texts come last: what stands behind them in a row costs reading through them.
  front_matter  TEXT NOT NULL,
  body          TEXT NOT NULL,
  PRIMARY KEY (post, number)
) STRICT;
CREATE INDEX revision_by_hash ON revision (hash);
CREATE TRIGGER revision_never_changes BEFORE UPDATE ON revision
  BEGIN SELECT RAISE(ABORT, 'a revision never changes'); END;

CREATE TABLE working_copy (
  post          TEXT PRIMARY KEY REFERENCES post(id),
  base          INTEGER,         -- the revision it was begun on
  title         TEXT NOT NULL,
  language      TEXT NOT NULL CHECK (language IN ('en','fr')),
  slug          TEXT NOT NULL,
  attachments   TEXT NOT NULL,
  actor_name    TEXT NOT NULL,
  actor_email   TEXT NOT NULL,
  saved_at      INTEGER NOT NULL,
  front_matter  TEXT NOT NULL,
  body          TEXT NOT NULL
) STRICT;

-- The text of another program that could not be merged: a revision that is not head until the author decides.
CREATE TABLE conflict (
  post    TEXT PRIMARY KEY REFERENCES post(id),
  theirs  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE category (
  id        TEXT PRIMARY KEY,
  parent    TEXT REFERENCES category(id),
  name_en   TEXT NOT NULL,
  name_fr   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE filing (
  pair      TEXT NOT NULL REFERENCES pair(id),
  category  TEXT NOT NULL REFERENCES category(id),
  PRIMARY KEY (pair, category)
) STRICT, WITHOUT ROWID;
CREATE INDEX filing_by_category ON filing (category);

CREATE TABLE attachment (
  id          TEXT PRIMARY KEY,
  path        TEXT NOT NULL UNIQUE,   -- relative to the library, with forward slashes
  created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE attachment_version (
  attachment   TEXT NOT NULL REFERENCES attachment(id),
  version      INTEGER NOT NULL,
  sha256       TEXT NOT NULL,
  size         INTEGER NOT NULL,
  actor_name   TEXT NOT NULL,
  actor_email  TEXT NOT NULL,
  at           INTEGER NOT NULL,
  PRIMARY KEY (attachment, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
  seq          INTEGER PRIMARY KEY,
  at           INTEGER NOT NULL,
  actor_name   TEXT NOT NULL,
  actor_email  TEXT NOT NULL,
  action       TEXT NOT NULL,
  subject      TEXT NOT NULL,
  detail       TEXT NOT NULL,     -- RFC 8785 JSON
  previous     TEXT NOT NULL,
  hash         TEXT NOT NULL
) STRICT;
CREATE TRIGGER journal_never_changes BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END;
CREATE TRIGGER journal_never_shrinks BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END;

CREATE TABLE blog (
  id        TEXT PRIMARY KEY,
  kind      TEXT NOT NULL,
  name      TEXT NOT NULL UNIQUE,
  url       TEXT,
  settings  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Exactly once is keyed on post and blog: at most one open intention for each.
CREATE TABLE outbox (
  id          TEXT PRIMARY KEY,
  post        TEXT NOT NULL REFERENCES post(id),
  blog        TEXT NOT NULL REFERENCES blog(id),
  action      TEXT NOT NULL CHECK (action IN ('publish','withdraw')),
  revision    INTEGER NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('waiting','sending','done','failed','paused','cancelled')),
  error       TEXT,
  attempts    INTEGER NOT NULL DEFAULT 0,
  actor_name  TEXT NOT NULL,
  actor_email TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_open ON outbox (post, blog) WHERE state IN ('waiting','sending','failed','paused');

CREATE TABLE publication (
  post           TEXT NOT NULL REFERENCES post(id),
  blog           TEXT NOT NULL REFERENCES blog(id),
  revision       INTEGER NOT NULL,
  address        TEXT NOT NULL,
  answer         TEXT NOT NULL,
  first_at       INTEGER NOT NULL,
  at             INTEGER NOT NULL,
  actor_name     TEXT NOT NULL,
  actor_email    TEXT NOT NULL,
  PRIMARY KEY (post, blog)
) STRICT, WITHOUT ROWID;

CREATE TABLE mirror (
  post      TEXT PRIMARY KEY REFERENCES post(id),
  path      TEXT NOT NULL,         -- relative to the library, with forward slashes
  size      INTEGER NOT NULL,
  mtime     INTEGER NOT NULL,      -- nanoseconds
  missing   INTEGER NOT NULL DEFAULT 0,
  base      BLOB NOT NULL          -- the exact bytes last written or read
) STRICT;
-- A missing file's path may meanwhile be that of another post's file.
CREATE UNIQUE INDEX mirror_by_path ON mirror (path) WHERE missing = 0;

CREATE TABLE attachment_mirror (
  attachment  TEXT PRIMARY KEY REFERENCES attachment(id),
  size        INTEGER NOT NULL,
  mtime       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE export (
  series_id  TEXT NOT NULL,
  series     TEXT NOT NULL,
  sequence   INTEGER NOT NULL,
  mode       TEXT NOT NULL,
  at         INTEGER NOT NULL,
  sha256     TEXT NOT NULL,
  size       INTEGER NOT NULL,
  PRIMARY KEY (series_id, sequence)
) STRICT, WITHOUT ROWID;

-- Where an export was put: a fact of this computer, never exported.
CREATE TABLE export_place (
  series_id  TEXT NOT NULL,
  sequence   INTEGER NOT NULL,
  path       TEXT NOT NULL,
  PRIMARY KEY (series_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE post_text USING fts5(title, body, tokenize = "unicode61 remove_diacritics 2");

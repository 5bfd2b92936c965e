-- Retention rules, holds, and what is under them. Every export holds all of these whole, so no change of them is noted.

CREATE TABLE retention_rule (
  id         TEXT PRIMARY KEY,
  number     TEXT NOT NULL UNIQUE,    -- of the disposition authority
  title_en   TEXT NOT NULL,
  title_fr   TEXT NOT NULL,
  trigger    TEXT NOT NULL CHECK (trigger IN ('created','revised','published','withdrawn')),
  year_end   INTEGER NOT NULL CHECK (year_end IN (0, 1)),
  period     TEXT NOT NULL,           -- ISO 8601
  action     TEXT NOT NULL CHECK (action IN ('destroy','transfer','review'))
) STRICT, WITHOUT ROWID;

-- The rule of a category, and of what is below it down to the next that has one.
CREATE TABLE category_rule (
  category  TEXT PRIMARY KEY REFERENCES category(id),
  rule      TEXT NOT NULL REFERENCES retention_rule(id)
) STRICT, WITHOUT ROWID;
CREATE INDEX category_rule_by_rule ON category_rule (rule);

-- The rule that a pair has instead of its categories'.
CREATE TABLE pair_rule (
  pair         TEXT PRIMARY KEY REFERENCES pair(id),
  rule         TEXT NOT NULL REFERENCES retention_rule(id),
  reason       TEXT NOT NULL,
  actor_name   TEXT NOT NULL,
  actor_email  TEXT NOT NULL,
  at           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pair_rule_by_rule ON pair_rule (rule);

-- A hold that was released stays, with who released it and why.
CREATE TABLE hold (
  id              TEXT PRIMARY KEY,
  name            TEXT NOT NULL UNIQUE,
  reason          TEXT NOT NULL,
  authority       TEXT NOT NULL,
  actor_name      TEXT NOT NULL,
  actor_email     TEXT NOT NULL,
  at              INTEGER NOT NULL,
  release_reason  TEXT,
  release_name    TEXT,
  release_email   TEXT,
  released_at     INTEGER
) STRICT, WITHOUT ROWID;

-- What a hold is on. The id outlives what it names: a released hold still says what it was on.
CREATE TABLE hold_target (
  hold  TEXT NOT NULL REFERENCES hold(id),
  kind  TEXT NOT NULL CHECK (kind IN ('pair','category','search')),
  id    TEXT NOT NULL,
  PRIMARY KEY (hold, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_target_by_id ON hold_target (kind, id);

-- When a post was first published and last withdrawn, and which were purged, without reading the whole journal.
CREATE INDEX journal_of_moments ON journal (subject, action, at)
  WHERE action IN ('post.published','post.withdrawn','post.purged');

CREATE INDEX category_by_parent ON category (parent);

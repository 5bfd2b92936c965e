-- The outbox's order, when an item is tried again, and what connectors remember of a blog between two requests.

ALTER TABLE outbox ADD COLUMN next_at INTEGER;            -- a waiting item is not tried before; NULL: at once
ALTER TABLE outbox ADD COLUMN place REAL NOT NULL DEFAULT 0;   -- what is lower is sent first
UPDATE outbox SET place = rowid;

-- Of this computer, never exported: a connector finds it again by asking the blog.
CREATE TABLE remote (
  blog   TEXT NOT NULL REFERENCES blog(id),
  key    TEXT NOT NULL,
  value  TEXT NOT NULL,
  PRIMARY KEY (blog, key)
) STRICT, WITHOUT ROWID;

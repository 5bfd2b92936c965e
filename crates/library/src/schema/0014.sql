-- Searches under a name. Every export holds all of them whole, as it does holds, which may be on one.
CREATE TABLE saved_search (
  id     TEXT PRIMARY KEY,
  name   TEXT NOT NULL UNIQUE,
  query  TEXT NOT NULL              -- RFC 8785 JSON
) STRICT, WITHOUT ROWID;

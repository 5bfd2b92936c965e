-- Exports of a part of the library: what is selected, and the series that its exports make up. The journal tells of each
-- (`selection.begun`), and a restore brings them back from there.
CREATE TABLE selection (
  series_id  TEXT PRIMARY KEY,
  series     TEXT NOT NULL,
  wanted     TEXT NOT NULL UNIQUE   -- RFC 8785 JSON
) STRICT, WITHOUT ROWID;

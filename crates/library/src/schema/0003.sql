-- Texts compressed (packing.rs). `packed(text, base)` is a function of the migration alone.

DROP TRIGGER revision_never_changes;
DROP TRIGGER changed_revision_new;
DROP TRIGGER changed_revision_gone;
DROP TRIGGER changed_file_new;
DROP TRIGGER changed_file_gone;
DROP TRIGGER changed_file;
DROP INDEX revision_by_hash;
DROP INDEX mirror_by_path;
ALTER TABLE revision RENAME TO plain_revision;
ALTER TABLE mirror RENAME TO plain_mirror;

CREATE TABLE revision (
  post                TEXT NOT NULL REFERENCES post(id),
  number              INTEGER NOT NULL,
  hash                TEXT NOT NULL,
  title               TEXT NOT NULL,
  language            TEXT NOT NULL CHECK (language IN ('en','fr')),
  slug                TEXT NOT NULL,
  attachments         TEXT NOT NULL,   -- JSON: [{"id","version"}]
  parents             TEXT NOT NULL,   -- JSON: revision numbers
  actor_name          TEXT NOT NULL,
  actor_email         TEXT NOT NULL,
  at                  INTEGER NOT NULL,
  origin              TEXT NOT NULL CHECK (origin IN ('editor','file','remote','restore','merge')),
  base                INTEGER,         -- the revision that the text is packed against; NULL where it stands alone
  bytes               INTEGER NOT NULL,
  front_matter_bytes  INTEGER NOT NULL,
  text                BLOB NOT NULL,   -- front matter and body in a row, packed
  PRIMARY KEY (post, number)
) STRICT;

INSERT INTO revision
  SELECT r.post, r.number, r.hash, r.title, r.language, r.slug, r.attachments, r.parents, r.actor_name, r.actor_email,
    r.at, r.origin, b.number, octet_length(r.front_matter) + octet_length(r.body), octet_length(r.front_matter),
    packed(r.front_matter || r.body, b.front_matter || b.body)
  FROM plain_revision r LEFT JOIN plain_revision b
    ON b.post = r.post AND b.number = r.number - 1 AND b.number % 16 <> 0
  ORDER BY r.rowid;

CREATE TABLE mirror (
  post      TEXT PRIMARY KEY REFERENCES post(id),
  path      TEXT NOT NULL,         -- relative to the library, with forward slashes
  size      INTEGER NOT NULL,
  mtime     INTEGER NOT NULL,      -- nanoseconds
  missing   INTEGER NOT NULL DEFAULT 0,
  revision  INTEGER,               -- the revision that the base is packed against; NULL where it stands alone
  bytes     INTEGER NOT NULL,
  base      BLOB NOT NULL          -- the exact bytes last written or read, packed
) STRICT;

INSERT INTO mirror
  SELECT m.post, m.path, m.size, m.mtime, m.missing, r.number, octet_length(m.base),
    packed(m.base, r.front_matter || r.body)
  FROM plain_mirror m JOIN post p ON p.id = m.post
  LEFT JOIN plain_revision r ON r.post = m.post AND r.number = p.head;

DROP TABLE plain_revision;
DROP TABLE plain_mirror;

-- A missing file's path may meanwhile be that of another post's file.
CREATE UNIQUE INDEX mirror_by_path ON mirror (path) WHERE missing = 0;

CREATE TRIGGER revision_never_changes BEFORE UPDATE ON revision
  BEGIN SELECT RAISE(ABORT, 'a revision never changes'); END;
CREATE TRIGGER changed_revision_new AFTER INSERT ON revision
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'text' AND id = NEW.post;
    INSERT INTO changed_since_export (kind, id) VALUES ('text', NEW.post);
  END;
CREATE TRIGGER changed_revision_gone AFTER DELETE ON revision
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'text' AND id = OLD.post;
    INSERT INTO changed_since_export (kind, id) VALUES ('text', OLD.post);
  END;
CREATE TRIGGER changed_file_new AFTER INSERT ON mirror
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'post' AND id = NEW.post;
    INSERT INTO changed_since_export (kind, id) VALUES ('post', NEW.post);
  END;
CREATE TRIGGER changed_file_gone AFTER DELETE ON mirror
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'post' AND id = OLD.post;
    INSERT INTO changed_since_export (kind, id) VALUES ('post', OLD.post);
  END;
CREATE TRIGGER changed_file AFTER UPDATE OF path ON mirror WHEN OLD.path IS NOT NEW.path
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'post' AND id = NEW.post;
    INSERT INTO changed_since_export (kind, id) VALUES ('post', NEW.post);
  END;

-- What search needs beyond the posts' own text. All of it is derived: never exported, made again where it is lost.

-- The files of the text that a post shows now: as post_text, the working copy's where there is one, else the head's.
CREATE TABLE attached (
  post        INTEGER NOT NULL,      -- post.rowid
  attachment  TEXT NOT NULL,
  version     INTEGER NOT NULL,
  PRIMARY KEY (post, attachment)
) STRICT, WITHOUT ROWID;
CREATE INDEX attached_to ON attached (attachment, version);
CREATE INDEX attachment_version_by_sha256 ON attachment_version (sha256);

INSERT OR IGNORE INTO attached
  SELECT p.rowid, a.value ->> 'id', a.value ->> 'version'
  FROM post p LEFT JOIN working_copy w ON w.post = p.id
  LEFT JOIN revision r ON r.post = p.id AND r.number = p.head
  JOIN json_each(coalesce(w.attachments, r.attachments, '[]')) a;

-- What was read from a PDF, by the digest of its bytes.
CREATE TABLE pdf (
  number   INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: the pages' texts stand under it
  sha256   TEXT NOT NULL UNIQUE,
  reader   INTEGER NOT NULL,         -- the version of what read it
  reading  TEXT                      -- JSON, as the reader wrote it; NULL while its pages are being brought
) STRICT;

-- A page's row is 2^20 times the PDF's number, and the page's.
CREATE VIRTUAL TABLE pdf_text USING fts5(text, tokenize = "unicode61 remove_diacritics 2");

-- What is purged leaves nothing behind that could be searched.
CREATE TRIGGER post_text_gone AFTER DELETE ON post
  BEGIN
    DELETE FROM post_text WHERE rowid = OLD.rowid;
    DELETE FROM attached WHERE post = OLD.rowid;
  END;
CREATE TRIGGER pdf_gone AFTER DELETE ON attachment_version
  WHEN NOT EXISTS (SELECT 1 FROM attachment_version WHERE sha256 = OLD.sha256)
  BEGIN
    DELETE FROM pdf WHERE sha256 = OLD.sha256;
  END;
CREATE TRIGGER pdf_text_gone AFTER DELETE ON pdf
  BEGIN
    DELETE FROM pdf_text WHERE rowid >= OLD.number << 20 AND rowid < (OLD.number + 1) << 20;
  END;

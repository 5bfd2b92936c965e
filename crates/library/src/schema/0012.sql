-- Captures: a post's public page on a blog as it was seen, one version each time.

CREATE TABLE capture (
  id    TEXT PRIMARY KEY,
  post  TEXT NOT NULL REFERENCES post(id),
  blog  TEXT NOT NULL,               -- of a blog that may have been removed since
  UNIQUE (post, blog)
) STRICT, WITHOUT ROWID;

CREATE TABLE capture_version (
  capture      TEXT NOT NULL REFERENCES capture(id),
  version      INTEGER NOT NULL,
  sha256       TEXT NOT NULL,        -- of the WACZ
  size         INTEGER NOT NULL,
  actor_name   TEXT NOT NULL,
  actor_email  TEXT NOT NULL,
  at           INTEGER NOT NULL,
  found        TEXT NOT NULL,        -- JSON: what the page was
  PRIMARY KEY (capture, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER changed_capture_new AFTER INSERT ON capture
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'capture' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('capture', NEW.id);
    DELETE FROM changed_since_export WHERE kind = 'text' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('text', NEW.id);
  END;
CREATE TRIGGER changed_capture_gone AFTER DELETE ON capture
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'capture' AND id = OLD.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('capture', OLD.id);
  END;
CREATE TRIGGER changed_capture_version_new AFTER INSERT ON capture_version
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'text' AND id = NEW.capture;
    INSERT INTO changed_since_export (kind, id) VALUES ('text', NEW.capture);
  END;

-- Every file of `.fonds/blobs` that the record names.
CREATE VIEW named_blob AS
  SELECT sha256, size FROM attachment_version UNION SELECT sha256, size FROM capture_version;

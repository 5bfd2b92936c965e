-- What an incremental export needs: the last export of the current series, what it held, and what changed since.

CREATE TABLE export_base (
  singleton     INTEGER PRIMARY KEY CHECK (singleton = 1),
  series_id     TEXT NOT NULL,
  sequence      INTEGER NOT NULL,
  journal_seq   INTEGER NOT NULL,    -- the last journal entry in it
  journal_hash  TEXT NOT NULL
) STRICT;

CREATE TABLE exported_object (
  id         TEXT PRIMARY KEY,       -- of a post or attachment
  inventory  TEXT NOT NULL           -- sha256 of its OCFL inventory
) STRICT, WITHOUT ROWID;

-- kind: category, blog, pair, post, attachment, outbox; 'text' for a post's or attachment's OCFL object. A change gets a
-- new number each time: what changes while an export is being made stands above the number that the export read.
CREATE TABLE changed_since_export (
  number  INTEGER PRIMARY KEY AUTOINCREMENT,
  kind    TEXT NOT NULL,
  id      TEXT NOT NULL,
  UNIQUE (kind, id)
) STRICT;

-- A conflict clause in a trigger yields to that of the statement that fired it, hence two statements.
CREATE TRIGGER changed_pair_new AFTER INSERT ON pair
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'pair' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('pair', NEW.id);
  END;
CREATE TRIGGER changed_pair_gone AFTER DELETE ON pair
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'pair' AND id = OLD.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('pair', OLD.id);
  END;
CREATE TRIGGER changed_filing_new AFTER INSERT ON filing
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'pair' AND id = NEW.pair;
    INSERT INTO changed_since_export (kind, id) VALUES ('pair', NEW.pair);
  END;
CREATE TRIGGER changed_filing_gone AFTER DELETE ON filing
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'pair' AND id = OLD.pair;
    INSERT INTO changed_since_export (kind, id) VALUES ('pair', OLD.pair);
  END;
CREATE TRIGGER changed_filing AFTER UPDATE ON filing
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'pair' AND id = OLD.pair;
    INSERT INTO changed_since_export (kind, id) VALUES ('pair', OLD.pair);
    DELETE FROM changed_since_export WHERE kind = 'pair' AND id = NEW.pair;
    INSERT INTO changed_since_export (kind, id) VALUES ('pair', NEW.pair);
  END;

CREATE TRIGGER changed_post_new AFTER INSERT ON post
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'post' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('post', NEW.id);
    DELETE FROM changed_since_export WHERE kind = 'text' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('text', NEW.id);
  END;
CREATE TRIGGER changed_post_gone AFTER DELETE ON post
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'post' AND id = OLD.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('post', OLD.id);
  END;
CREATE TRIGGER changed_post AFTER UPDATE OF pair, created_at, head, status, trashed_at ON post
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'post' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('post', NEW.id);
  END;
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
CREATE TRIGGER changed_conflict_new AFTER INSERT ON conflict
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'post' AND id = NEW.post;
    INSERT INTO changed_since_export (kind, id) VALUES ('post', NEW.post);
  END;
CREATE TRIGGER changed_conflict_gone AFTER DELETE ON conflict
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'post' AND id = OLD.post;
    INSERT INTO changed_since_export (kind, id) VALUES ('post', OLD.post);
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

CREATE TRIGGER changed_category_new AFTER INSERT ON category
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'category' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('category', NEW.id);
  END;
CREATE TRIGGER changed_category_gone AFTER DELETE ON category
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'category' AND id = OLD.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('category', OLD.id);
  END;
CREATE TRIGGER changed_category AFTER UPDATE ON category
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'category' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('category', NEW.id);
  END;

CREATE TRIGGER changed_attachment_new AFTER INSERT ON attachment
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'attachment' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('attachment', NEW.id);
    DELETE FROM changed_since_export WHERE kind = 'text' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('text', NEW.id);
  END;
CREATE TRIGGER changed_attachment_gone AFTER DELETE ON attachment
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'attachment' AND id = OLD.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('attachment', OLD.id);
  END;
CREATE TRIGGER changed_attachment AFTER UPDATE ON attachment
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'attachment' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('attachment', NEW.id);
  END;
CREATE TRIGGER changed_version_new AFTER INSERT ON attachment_version
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'text' AND id = NEW.attachment;
    INSERT INTO changed_since_export (kind, id) VALUES ('text', NEW.attachment);
  END;
CREATE TRIGGER changed_version_gone AFTER DELETE ON attachment_version
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'text' AND id = OLD.attachment;
    INSERT INTO changed_since_export (kind, id) VALUES ('text', OLD.attachment);
  END;

CREATE TRIGGER changed_blog_new AFTER INSERT ON blog
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'blog' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('blog', NEW.id);
  END;
CREATE TRIGGER changed_blog_gone AFTER DELETE ON blog
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'blog' AND id = OLD.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('blog', OLD.id);
  END;
CREATE TRIGGER changed_blog AFTER UPDATE ON blog
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'blog' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('blog', NEW.id);
  END;

CREATE TRIGGER changed_outbox_new AFTER INSERT ON outbox
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'outbox' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('outbox', NEW.id);
  END;
CREATE TRIGGER changed_outbox_gone AFTER DELETE ON outbox
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'outbox' AND id = OLD.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('outbox', OLD.id);
  END;
CREATE TRIGGER changed_outbox AFTER UPDATE ON outbox
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'outbox' AND id = NEW.id;
    INSERT INTO changed_since_export (kind, id) VALUES ('outbox', NEW.id);
  END;

-- Names that people give to revisions. They are state of the post: a revision itself never changes.

CREATE TABLE revision_name (
  post    TEXT NOT NULL,
  number  INTEGER NOT NULL,
  name    TEXT NOT NULL,
  PRIMARY KEY (post, number),
  FOREIGN KEY (post, number) REFERENCES revision(post, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER changed_name_new AFTER INSERT ON revision_name
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'post' AND id = NEW.post;
    INSERT INTO changed_since_export (kind, id) VALUES ('post', NEW.post);
  END;
CREATE TRIGGER changed_name_gone AFTER DELETE ON revision_name
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'post' AND id = OLD.post;
    INSERT INTO changed_since_export (kind, id) VALUES ('post', OLD.post);
  END;
CREATE TRIGGER changed_name AFTER UPDATE ON revision_name
  BEGIN
    DELETE FROM changed_since_export WHERE kind = 'post' AND id = NEW.post;
    INSERT INTO changed_since_export (kind, id) VALUES ('post', NEW.post);
  END;

-- The search index without a copy of the texts: what a hit shows is read from the post itself.
DROP TRIGGER post_text_gone;
ALTER TABLE post_text RENAME TO plain_post_text;
CREATE VIRTUAL TABLE post_text USING fts5(
  title, body, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2");
INSERT INTO post_text (rowid, title, body) SELECT rowid, title, body FROM plain_post_text;
DROP TABLE plain_post_text;
CREATE TRIGGER post_text_gone AFTER DELETE ON post
  BEGIN
    DELETE FROM post_text WHERE rowid = OLD.rowid;
    DELETE FROM attached WHERE post = OLD.rowid;
  END;

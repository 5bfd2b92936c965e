-- A file's stamp knows the time that no program can set back. 0: not known, so that each file is read once more.

ALTER TABLE mirror ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attachment_mirror ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;

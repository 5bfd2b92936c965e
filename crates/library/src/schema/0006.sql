-- The sha256 of the bytes that are being written to a post's file: whoever finds just them there knows whose they are.

ALTER TABLE mirror ADD COLUMN next TEXT;

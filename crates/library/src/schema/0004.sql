-- When a working copy was begun: typing without a pause is sealed by the hour.

ALTER TABLE working_copy ADD COLUMN begun_at INTEGER NOT NULL DEFAULT 0;
UPDATE working_copy SET begun_at = saved_at;

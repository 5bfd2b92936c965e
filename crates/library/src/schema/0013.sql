-- The list by pages: each of its orders is an index, and what is in the trash stands in none of them but its own.

DROP INDEX post_by_time;
ALTER TABLE post ADD COLUMN title_key TEXT NOT NULL DEFAULT '';   -- see listing.rs
UPDATE post SET title_key = title_key(title);
CREATE INDEX post_listed ON post (updated_at, id) WHERE trashed_at IS NULL;
CREATE INDEX post_by_title ON post (title_key, id) WHERE trashed_at IS NULL;
CREATE INDEX post_trashed ON post (trashed_at, id) WHERE trashed_at IS NOT NULL;

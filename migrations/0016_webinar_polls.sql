-- Polls that were prepared before the room opens: the room begins with them as drafts.
ALTER TABLE webinars ADD COLUMN polls jsonb NOT NULL DEFAULT '[]';

-- The private address of somebody's calendar of webinars. It is shown again whenever its owner asks, for a second device,
-- and so is kept as it is; a new one takes the place of the old.
CREATE TABLE calendar_feeds (
    person_id uuid PRIMARY KEY REFERENCES persons ON DELETE CASCADE,
    code      text NOT NULL UNIQUE,
    made_at   timestamptz NOT NULL
);

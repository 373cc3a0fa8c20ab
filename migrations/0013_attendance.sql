-- Attendance after a webinar: what counts, corrections, sheets of paper, what was said, and what it completes.
ALTER TABLE webinars
    ADD COLUMN site_grace smallint NOT NULL DEFAULT 10 CHECK (site_grace BETWEEN 0 AND 240),   -- minutes that a site counts for after its line dropped
    ADD COLUMN floor_share smallint NOT NULL DEFAULT 85 CHECK (floor_share BETWEEN 1 AND 100), -- percent of the floor that completes the activity
    ADD COLUMN keep_days smallint NOT NULL DEFAULT 365 CHECK (keep_days BETWEEN 1 AND 3650),   -- how long what was said is kept after the end
    ADD COLUMN journal_base bigint NOT NULL DEFAULT 0,  -- events from journal files that were removed since
    ADD COLUMN tidied_at timestamptz;                   -- when what was said was removed

-- Sheets of paper that were signed in a room, photographed or scanned: the file lies among the blobs.
CREATE TABLE webinar_papers (
    id          uuid PRIMARY KEY,
    webinar_id  text NOT NULL REFERENCES webinars ON DELETE CASCADE,
    centre_id   uuid REFERENCES centres ON DELETE SET NULL,
    file_name   text NOT NULL,
    file_type   text NOT NULL,
    file_sha256 text NOT NULL,                      -- '' once it was removed
    file_bytes  bigint NOT NULL,
    uploaded_by uuid REFERENCES persons ON DELETE SET NULL,
    uploaded_at timestamptz NOT NULL
);
CREATE INDEX webinar_papers_webinar ON webinar_papers (webinar_id);
CREATE INDEX webinar_papers_file ON webinar_papers (file_sha256);
CREATE INDEX webinar_papers_by ON webinar_papers (uploaded_by);

-- Later words on attendance: appended, never changed. Erasing a person takes their name and account out.
CREATE TABLE webinar_corrections (
    webinar_id  text NOT NULL REFERENCES webinars ON DELETE CASCADE,
    number      int NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('add', 'change', 'strike', 'match', 'withdraw')),
    made_at     timestamptz NOT NULL,
    author_id   uuid REFERENCES persons ON DELETE SET NULL,
    reason      text NOT NULL CHECK (length(reason) BETWEEN 3 AND 500),
    who         text NOT NULL DEFAULT '',           -- the key of whose presence it is about
    person_id   uuid REFERENCES persons ON DELETE SET NULL,
    name        text NOT NULL DEFAULT '',
    centre_id   uuid REFERENCES centres ON DELETE SET NULL,
    from_at     timestamptz,
    to_at       timestamptz CHECK (to_at > from_at),
    paper_id    uuid REFERENCES webinar_papers ON DELETE SET NULL,
    withdraws   int NOT NULL DEFAULT 0,
    PRIMARY KEY (webinar_id, number)
);
CREATE INDEX webinar_corrections_person ON webinar_corrections (person_id);
CREATE INDEX webinar_corrections_author ON webinar_corrections (author_id);

-- What was said and shown, from the room's last state: lines of chat that all or the hosts could read, questions, polls
-- (sums only), files, slides, notes. A line between two people is not kept.
CREATE TABLE webinar_items (
    webinar_id text NOT NULL REFERENCES webinars ON DELETE CASCADE,
    began_at   timestamptz NOT NULL,                -- of the room that it was in: one that was ended and opened again is another
    part       text NOT NULL CHECK (part IN ('chat', 'question', 'poll', 'file', 'deck', 'notes')),
    key        text NOT NULL,
    at         timestamptz NOT NULL,
    person_id  uuid REFERENCES persons ON DELETE SET NULL,
    name       text NOT NULL DEFAULT '',            -- of the author as the room knew it
    body       jsonb NOT NULL,
    PRIMARY KEY (webinar_id, began_at, part, key)
);
CREATE INDEX webinar_items_person ON webinar_items (person_id);

-- What somebody's presence made of the activity of their course, once the webinar was over.
CREATE TABLE webinar_credits (
    webinar_id   text NOT NULL REFERENCES webinars ON DELETE CASCADE,
    enrolment_id uuid NOT NULL REFERENCES enrolments ON DELETE CASCADE,
    state        text NOT NULL CHECK (state IN ('given', 'taken', 'review')),
    minutes      int NOT NULL,
    percent      int NOT NULL,
    evidence     text NOT NULL,                     -- grades, the strongest first, with commas
    changed_at   timestamptz NOT NULL,
    PRIMARY KEY (webinar_id, enrolment_id)
);
CREATE INDEX webinar_credits_enrolment ON webinar_credits (enrolment_id);

-- What somebody says against their own minutes, for whoever may correct them; the newest word replaces the one before.
CREATE TABLE webinar_objections (
    webinar_id text NOT NULL REFERENCES webinars ON DELETE CASCADE,
    person_id  uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    text       text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
    made_at    timestamptz NOT NULL,
    PRIMARY KEY (webinar_id, person_id)
);
CREATE INDEX webinar_objections_person ON webinar_objections (person_id);

-- Everybody's sums once a webinar is over, as they stand after the newest correction: for their own pages and export.
CREATE TABLE webinar_minutes (
    webinar_id text NOT NULL REFERENCES webinars ON DELETE CASCADE,
    person_id  uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    minutes    int NOT NULL,
    percent    int NOT NULL,
    floor      int NOT NULL,
    evidence   text NOT NULL,
    spans      json NOT NULL,
    counted_at timestamptz NOT NULL,
    PRIMARY KEY (webinar_id, person_id)
);
CREATE INDEX webinar_minutes_person ON webinar_minutes (person_id);

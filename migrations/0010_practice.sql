-- A document desk is an attempt that is handed in whole.
ALTER TABLE attempts DROP CONSTRAINT attempts_kind_check,
    ADD CONSTRAINT attempts_kind_check CHECK (kind IN ('quiz', 'interview', 'desk'));

-- Multi-agency exercises: members of a cohort at a table. Whoever changes anything at a table locks its row
-- first, so steps at a table follow one another and those at different tables never wait.
CREATE TABLE exercise_tables (
    id               uuid PRIMARY KEY,
    cohort_id        uuid NOT NULL REFERENCES cohorts ON DELETE CASCADE,
    version_id       uuid NOT NULL REFERENCES course_versions,   -- whose cards all at the table read
    activity_key     text NOT NULL,
    number           int NOT NULL,
    state            text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'started', 'done')),
    changed          int NOT NULL DEFAULT 1,     -- counts every change, so that nothing new costs nothing to ask for
    proposal         json NOT NULL DEFAULT '{}',
    proposal_version int NOT NULL DEFAULT 0,
    opened_at        timestamptz NOT NULL,
    started_at       timestamptz,
    done_at          timestamptz,
    UNIQUE (cohort_id, activity_key, number)
);

CREATE TABLE exercise_seats (
    table_id     uuid NOT NULL REFERENCES exercise_tables ON DELETE CASCADE,
    part         text NOT NULL,
    enrolment_id uuid NOT NULL REFERENCES enrolments ON DELETE CASCADE,
    activity_key text NOT NULL,
    agreed       int,                            -- the version of the proposal that was agreed to
    sat_at       timestamptz NOT NULL,
    PRIMARY KEY (table_id, part),
    UNIQUE (enrolment_id, activity_key)          -- one sits at one table
);

CREATE TABLE exercise_messages (
    id           uuid PRIMARY KEY,               -- made on the device
    table_id     uuid NOT NULL REFERENCES exercise_tables ON DELETE CASCADE,
    number       int NOT NULL,
    enrolment_id uuid NOT NULL REFERENCES enrolments ON DELETE CASCADE,
    part         text NOT NULL,
    body         text NOT NULL CHECK (length(body) BETWEEN 1 AND 1000),
    sent_at      timestamptz NOT NULL,
    UNIQUE (table_id, number)
);
CREATE INDEX exercise_messages_enrolment ON exercise_messages (enrolment_id);   -- for export and erasure

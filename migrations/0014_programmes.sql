-- What somebody must do to be certified, who takes part, and what of it is done.

-- Reported by the person; what nobody said stays not-stated. The phone is for call lists, where there is no mail.
ALTER TABLE persons
    ADD COLUMN phone text NOT NULL DEFAULT '' CHECK (length(phone) <= 32),
    ADD COLUMN job text NOT NULL DEFAULT 'not-stated' CHECK (job IN ('not-stated', 'social-worker', 'lawyer', 'librarian', 'police',
        'civil-servant', 'educator', 'health', 'psychologist', 'interpreter', 'manager', 'volunteer', 'other')),
    ADD COLUMN disability text NOT NULL DEFAULT 'not-stated' CHECK (disability IN ('not-stated', 'yes', 'no'));

CREATE TABLE programmes (
    id         uuid PRIMARY KEY,
    key        text NOT NULL UNIQUE CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    country    text REFERENCES countries,   -- null: of all countries
    draft      json NOT NULL,               -- the definition that is being written
    created_at timestamptz NOT NULL,
    closed_at  timestamptz                  -- takes nobody in any more
);

-- A published definition never changes; a participation is pinned to one.
CREATE TABLE programme_versions (
    id           uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programmes ON DELETE CASCADE,
    number       int NOT NULL,
    definition   json NOT NULL,
    published_at timestamptz NOT NULL,
    published_by uuid REFERENCES persons ON DELETE SET NULL,
    UNIQUE (programme_id, number)
);

-- In-person days. A seminar of two days is two of them.
CREATE TABLE programme_days (
    id           uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programmes ON DELETE CASCADE,
    component    text NOT NULL,
    title        text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    country      text NOT NULL REFERENCES countries,
    centre_id    uuid REFERENCES centres,
    place        text NOT NULL DEFAULT '' CHECK (length(place) <= 200),
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    CHECK (ends_at > starts_at)
);

-- Which webinars count for a component.
CREATE TABLE programme_webinars (
    programme_id uuid NOT NULL REFERENCES programmes ON DELETE CASCADE,
    component    text NOT NULL,
    webinar_id   text NOT NULL REFERENCES webinars ON DELETE CASCADE,
    PRIMARY KEY (programme_id, component, webinar_id)
);
CREATE INDEX programme_webinars_webinar ON programme_webinars (webinar_id);

CREATE TABLE participations (
    id           uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programmes,
    version_id   uuid NOT NULL REFERENCES programme_versions,
    person_id    uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    state        text NOT NULL DEFAULT 'invited' CHECK (state IN ('invited', 'active', 'passed', 'certified', 'withdrawn')),
    -- the programme's own categories, chosen from those that its version lists
    categories   jsonb NOT NULL DEFAULT '{}',
    trained_by   uuid REFERENCES persons ON DELETE SET NULL,   -- the trainer, for the lineage
    generation   int,                       -- of a trainer: 1 was trained by the programme's makers
    invited_at   timestamptz NOT NULL,
    joined_at    timestamptz,               -- the first thing done
    passed_at    timestamptz,               -- the rule held
    certified_at timestamptz,
    -- the standing as it was last explained, kept so that lists need not explain
    done         int NOT NULL DEFAULT 0,
    needed       int NOT NULL DEFAULT 0,
    missing      text[] NOT NULL DEFAULT '{}',                 -- components
    standing     json,
    explained_at timestamptz
);
CREATE UNIQUE INDEX participations_once ON participations (programme_id, person_id) WHERE state <> 'withdrawn';
CREATE INDEX participations_person ON participations (person_id);
CREATE INDEX participations_state ON participations (programme_id, state, id);
CREATE INDEX participations_trainer ON participations (trained_by) WHERE trained_by IS NOT NULL;

-- Something under the rule changed; a job explains the rule again and takes the line away.
CREATE TABLE participations_changed (
    participation_id uuid NOT NULL REFERENCES participations ON DELETE CASCADE,
    number           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);

CREATE TABLE day_attendance (
    day_id      uuid NOT NULL REFERENCES programme_days ON DELETE CASCADE,
    person_id   uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    state       text NOT NULL CHECK (state IN ('present', 'part', 'absent')),
    minutes     int NOT NULL CHECK (minutes >= 0),
    evidence    text NOT NULL CHECK (evidence IN ('code', 'tick', 'sheet')),
    recorded_by uuid REFERENCES persons ON DELETE SET NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (day_id, person_id)
);
CREATE INDEX day_attendance_person ON day_attendance (person_id);

-- What was learnt elsewhere, and practice that a trainer saw.
CREATE TABLE programme_evidence (
    id               uuid PRIMARY KEY,
    participation_id uuid NOT NULL REFERENCES participations ON DELETE CASCADE,
    component        text NOT NULL,
    kind             text NOT NULL CHECK (kind IN ('evidence', 'practice')),
    words            text NOT NULL DEFAULT '' CHECK (length(words) <= 2000),
    obtained_on      date,
    file_name        text NOT NULL DEFAULT '',
    file_type        text NOT NULL DEFAULT '',
    file_sha256      text NOT NULL DEFAULT '',
    file_bytes       bigint NOT NULL DEFAULT 0,
    state            text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'refused')),
    reason           text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    handed_in_at     timestamptz NOT NULL,
    decided_by       uuid REFERENCES persons ON DELETE SET NULL,
    decided_at       timestamptz
);
CREATE INDEX programme_evidence_participation ON programme_evidence (participation_id);

-- A certificate is for a course or for a programme, of achievement or of participation.
ALTER TABLE certificates
    ALTER COLUMN course_id DROP NOT NULL,
    ADD COLUMN programme_id uuid REFERENCES programmes,
    ADD COLUMN participation_id uuid REFERENCES participations ON DELETE SET NULL,
    ADD COLUMN kind text NOT NULL DEFAULT 'achievement' CHECK (kind IN ('achievement', 'participation')),
    ADD COLUMN superseded_by text REFERENCES certificates (serial),
    ADD COLUMN changed_at timestamptz,
    ADD CHECK (course_id IS NOT NULL OR programme_id IS NOT NULL);
ALTER TABLE certificates DROP CONSTRAINT certificates_award_issue_no_key;
CREATE UNIQUE INDEX certificates_award ON certificates (award, kind, issue_no);   -- issued once, whatever is repeated
CREATE INDEX certificates_programme ON certificates (programme_id) WHERE programme_id IS NOT NULL;
CREATE INDEX certificates_expiry ON certificates (expires_on, id) WHERE state = 'valid';

-- What became of a certificate, appended.
CREATE TABLE certificate_events (
    certificate_id uuid NOT NULL REFERENCES certificates ON DELETE CASCADE,
    number         int NOT NULL,
    at             timestamptz NOT NULL,
    actor_id       uuid REFERENCES persons ON DELETE SET NULL,
    state          text NOT NULL CHECK (state IN ('valid', 'suspended', 'revoked', 'superseded', 'erased')),
    reason         text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    PRIMARY KEY (certificate_id, number)
);

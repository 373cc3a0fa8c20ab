-- What is counted for whoever pays: indicators as data, reports and what was handed over of them, totals that are no
-- persons, what became of it later.

CREATE TABLE indicators (
    id         uuid PRIMARY KEY,
    key        text NOT NULL UNIQUE CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    country    text REFERENCES countries,   -- null: for all countries
    definition json NOT NULL,
    created_by uuid REFERENCES persons ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    ended_at   timestamptz                  -- offered for new reports no more
);

CREATE TABLE reports (
    id           uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programmes,
    country      text REFERENCES countries,   -- null: all countries
    title        text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    language     text NOT NULL CHECK (language ~ '^[a-z]{2}$'),
    from_day     date NOT NULL,
    to_day       date NOT NULL,
    threshold    int NOT NULL CHECK (threshold BETWEEN 3 AND 50),
    indicators   text[] NOT NULL,             -- keys, in the order of the document
    created_by   uuid REFERENCES persons ON DELETE SET NULL,
    created_at   timestamptz NOT NULL,
    frozen_at    timestamptz,
    frozen_by    uuid REFERENCES persons ON DELETE SET NULL,
    content      json,                        -- of a frozen one: definitions and numbers as they were handed over
    digest       text CHECK (digest ~ '^[0-9a-f]{64}$'),   -- SHA-256 over the files' hashes
    CHECK (to_day >= from_day),
    CHECK ((frozen_at IS NULL) = (content IS NULL) AND (frozen_at IS NULL) = (digest IS NULL))
);
CREATE INDEX reports_programme ON reports (programme_id, frozen_at);   -- what was published before

CREATE TABLE report_files (
    report_id uuid NOT NULL REFERENCES reports ON DELETE CASCADE,
    kind      text NOT NULL CHECK (kind IN ('pdf', 'xlsx', 'csv', 'json')),
    sha256    text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes     bigint NOT NULL,
    PRIMARY KEY (report_id, kind)
);

-- Beneficiaries: handed in as numbers, never as persons.
CREATE TABLE report_totals (
    id           uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programmes,
    country      text NOT NULL REFERENCES countries,
    what         text NOT NULL CHECK (what ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    from_day     date NOT NULL,
    to_day       date NOT NULL,
    sex          text NOT NULL DEFAULT 'not-stated' CHECK (sex IN ('female', 'male', 'not-stated')),
    age          text NOT NULL DEFAULT 'not-stated' CHECK (age IN ('0-17', '18-24', '25-34', '35-44', '45-54', '55-64', '65+', 'not-stated')),
    count        int NOT NULL CHECK (count BETWEEN 0 AND 1000000),
    source       text NOT NULL CHECK (length(source) BETWEEN 1 AND 300),
    author_id    uuid REFERENCES persons ON DELETE SET NULL,
    entered_at   timestamptz NOT NULL,
    CHECK (to_day >= from_day)
);
CREATE INDEX report_totals_programme ON report_totals (programme_id, what, to_day);

-- What changed in the world: told in words, with a source.
CREATE TABLE outcome_notes (
    id           uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programmes,
    country      text REFERENCES countries,   -- null: of all countries
    happened_on  date NOT NULL,
    words        text NOT NULL CHECK (length(words) BETWEEN 1 AND 4000),
    source       text NOT NULL DEFAULT '' CHECK (length(source) <= 500),
    author_id    uuid REFERENCES persons ON DELETE SET NULL,
    created_at   timestamptz NOT NULL
);
CREATE INDEX outcome_notes_programme ON outcome_notes (programme_id, happened_on);

-- Who is asked when. What they answer lies in followup_answers and leads to nobody.
CREATE TABLE followups (
    id               uuid PRIMARY KEY,
    participation_id uuid NOT NULL REFERENCES participations ON DELETE CASCADE,
    person_id        uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    months           smallint NOT NULL CHECK (months IN (3, 6, 12)),
    due_on           date NOT NULL,
    asked_at         timestamptz,
    answered         boolean NOT NULL DEFAULT false,
    UNIQUE (participation_id, months)
);
CREATE INDEX followups_due ON followups (due_on) WHERE asked_at IS NULL;
CREATE INDEX followups_person ON followups (person_id);

CREATE TABLE followup_answers (
    id           uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programmes,
    country      text,
    months       smallint NOT NULL,
    answers      json NOT NULL,
    answered_on  date NOT NULL   -- the month's first day
);
CREATE INDEX followup_answers_programme ON followup_answers (programme_id, months);

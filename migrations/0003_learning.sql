-- One person's study. Answers and moves are appended; progress is derived from what people did.

CREATE TABLE cohorts (
    id         uuid PRIMARY KEY,
    course_id  uuid NOT NULL REFERENCES courses,
    name       text NOT NULL CHECK (name <> ''),
    country    text REFERENCES countries,
    centre_id  uuid REFERENCES centres,
    starts_on  date,
    ends_on    date,
    created_at timestamptz NOT NULL,
    CHECK (ends_on >= starts_on)
);
CREATE INDEX cohorts_course ON cohorts (course_id);

-- What a cohort adds to an activity: a due date, or the time and place of a day or a webinar.
CREATE TABLE cohort_dates (
    cohort_id    uuid NOT NULL REFERENCES cohorts ON DELETE CASCADE,
    activity_key text NOT NULL,
    due_at       timestamptz,
    starts_at    timestamptz,
    ends_at      timestamptz,
    place        text NOT NULL DEFAULT '',
    link         text NOT NULL DEFAULT '',
    PRIMARY KEY (cohort_id, activity_key)
);

CREATE TABLE enrolments (
    id             uuid PRIMARY KEY,
    person_id      uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    course_id      uuid NOT NULL REFERENCES courses,
    version_id     uuid NOT NULL REFERENCES course_versions,
    cohort_id      uuid REFERENCES cohorts,
    state          text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'completed', 'withdrawn')),
    enrolled_at    timestamptz NOT NULL,
    started_at     timestamptz,
    last_seen_at   timestamptz,
    completed_at   timestamptz,
    -- kept with the progress they sum up, in the same statement
    required_total int NOT NULL DEFAULT 0,
    required_done  int NOT NULL DEFAULT 0,
    score          numeric(5,2),            -- of the final test, percent
    stuck_on       text NOT NULL DEFAULT '',-- the activity where the last try failed
    done           text NOT NULL DEFAULT '',-- one character an activity, in the order of the version
    -- copies that let a report of 20,000 people be sorted by an index; triggers keep them
    sort_name      text NOT NULL DEFAULT '',
    country        text,
    centre_name    text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX enrolments_once ON enrolments (person_id, course_id) WHERE state <> 'withdrawn';
CREATE INDEX enrolments_person ON enrolments (person_id);
CREATE INDEX enrolments_version ON enrolments (version_id);

CREATE FUNCTION enrolment_copies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT p.sort_name, p.country, coalesce(c.name, '')
      INTO NEW.sort_name, NEW.country, NEW.centre_name
      FROM persons p LEFT JOIN centres c ON c.id = p.centre_id
     WHERE p.id = NEW.person_id;
    RETURN NEW;
END $$;
CREATE TRIGGER enrolments_copies BEFORE INSERT ON enrolments FOR EACH ROW EXECUTE FUNCTION enrolment_copies();

CREATE FUNCTION person_copies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE enrolments e
       SET sort_name = NEW.sort_name, country = NEW.country,
           centre_name = coalesce((SELECT c.name FROM centres c WHERE c.id = NEW.centre_id), '')
     WHERE e.person_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER persons_copies AFTER UPDATE OF given_name, family_name, country, centre_id ON persons
    FOR EACH ROW EXECUTE FUNCTION person_copies();

CREATE FUNCTION centre_copies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE enrolments e SET centre_name = NEW.name
      FROM persons p WHERE p.id = e.person_id AND p.centre_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER centres_copies AFTER UPDATE OF name ON centres FOR EACH ROW EXECUTE FUNCTION centre_copies();

-- One index an order of the cohort's report.
CREATE INDEX enrolments_by_name ON enrolments (cohort_id, sort_name, id);
CREATE INDEX enrolments_by_progress ON enrolments (cohort_id, required_done, id);
CREATE INDEX enrolments_by_score ON enrolments (cohort_id, score, id);
CREATE INDEX enrolments_by_seen ON enrolments (cohort_id, last_seen_at, id);
CREATE INDEX enrolments_by_centre ON enrolments (cohort_id, centre_name, id);
CREATE INDEX enrolments_by_country ON enrolments (cohort_id, country, id);
CREATE INDEX enrolments_by_state ON enrolments (cohort_id, state, id)
    INCLUDE (required_done, score);                       -- serves the totals too

CREATE TABLE activity_progress (
    enrolment_id  uuid NOT NULL REFERENCES enrolments ON DELETE CASCADE,
    activity_key  text NOT NULL,
    revision      int NOT NULL,             -- the author's mark when it was earned
    state         text NOT NULL CHECK (state IN ('seen', 'in-progress', 'submitted', 'to-mark', 'done', 'failed')),
    score         numeric(5,2),             -- the best so far, percent
    first_seen_at timestamptz NOT NULL,
    done_at       timestamptz,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (enrolment_id, activity_key)
);

CREATE TABLE attempts (
    id           uuid PRIMARY KEY,          -- made on the device
    enrolment_id uuid NOT NULL REFERENCES enrolments ON DELETE CASCADE,
    version_id   uuid NOT NULL REFERENCES course_versions,
    activity_key text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('quiz', 'interview')),
    number       int NOT NULL,
    role         text NOT NULL DEFAULT '',  -- of the learner, in an interview
    state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'to-mark', 'scored')),
    paper        json NOT NULL,             -- which questions were drawn, with their seeds
    started_at   timestamptz NOT NULL,
    deadline_at  timestamptz,
    grace_until  timestamptz,
    submitted_at timestamptz,
    points       numeric(8,3),
    max_points   numeric(8,3),
    percent      numeric(5,2),
    passed       boolean,
    result       json,                      -- points by question, faults by step
    UNIQUE (enrolment_id, activity_key, number)
);
CREATE UNIQUE INDEX attempts_one_open ON attempts (enrolment_id, activity_key) WHERE state = 'open';
CREATE INDEX attempts_version ON attempts (version_id, activity_key) WHERE state <> 'open';   -- question statistics

-- Appended only. The newest revision of a question counts; the same id again is the same answer.
CREATE TABLE answers (
    attempt_id   uuid NOT NULL REFERENCES attempts ON DELETE CASCADE,
    id           uuid NOT NULL,             -- made on the device
    question_key text NOT NULL,             -- or step:7, notes
    revision     bigint NOT NULL,
    content      json NOT NULL,
    received_at  timestamptz NOT NULL,
    late         boolean NOT NULL DEFAULT false,
    PRIMARY KEY (attempt_id, id)
);

-- A trainer's mark for an open answer; a later mark replaces an earlier one by being newer.
CREATE TABLE marks (
    id           uuid PRIMARY KEY,
    attempt_id   uuid NOT NULL REFERENCES attempts ON DELETE CASCADE,
    question_key text NOT NULL,
    points       numeric(8,3) NOT NULL,
    comment      text NOT NULL DEFAULT '',
    marked_by    uuid REFERENCES persons ON DELETE SET NULL,
    marked_at    timestamptz NOT NULL
);
CREATE INDEX marks_attempt ON marks (attempt_id, question_key, marked_at DESC);

CREATE TABLE submissions (
    id           uuid PRIMARY KEY,          -- made on the device
    enrolment_id uuid NOT NULL REFERENCES enrolments ON DELETE CASCADE,
    activity_key text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('worksheet', 'file')),
    number       int NOT NULL,
    fields       json,
    file_name    text NOT NULL DEFAULT '',
    file_sha256  text NOT NULL DEFAULT '',
    file_bytes   bigint NOT NULL DEFAULT 0,
    file_type    text NOT NULL DEFAULT '',
    state        text NOT NULL DEFAULT 'handed-in' CHECK (state IN ('handed-in', 'returned')),
    handed_in_at timestamptz NOT NULL,
    points       numeric(8,3),
    rubric       json,
    feedback     text NOT NULL DEFAULT '',
    returned_by  uuid REFERENCES persons ON DELETE SET NULL,
    returned_at  timestamptz,
    UNIQUE (enrolment_id, activity_key, number)
);
CREATE INDEX submissions_waiting ON submissions (handed_in_at) WHERE state = 'handed-in';

-- Reflections and private worksheets: bytes that only the person's device can open.
CREATE TABLE sealed_notes (
    enrolment_id uuid NOT NULL REFERENCES enrolments ON DELETE CASCADE,
    activity_key text NOT NULL,
    revision     bigint NOT NULL,
    ciphertext   text NOT NULL CHECK (length(ciphertext) <= 131072),
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (enrolment_id, activity_key)
);

-- Anonymous by construction: no person, no enrolment, a date and not a time, a random id.
CREATE TABLE survey_responses (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    version_id   uuid NOT NULL REFERENCES course_versions,
    activity_key text NOT NULL,
    enrolment_id uuid REFERENCES enrolments ON DELETE CASCADE,   -- only where the survey is not anonymous
    answers      json NOT NULL,
    answered_on  date NOT NULL
);
CREATE UNIQUE INDEX survey_responses_once ON survey_responses (enrolment_id, activity_key);

CREATE TABLE posts (
    id           uuid PRIMARY KEY,
    cohort_id    uuid REFERENCES cohorts ON DELETE CASCADE,
    course_id    uuid NOT NULL REFERENCES courses,
    activity_key text NOT NULL,
    parent_id    uuid REFERENCES posts ON DELETE CASCADE,
    enrolment_id uuid REFERENCES enrolments ON DELETE CASCADE,
    author_id    uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    body         text NOT NULL CHECK (length(body) BETWEEN 1 AND 8000),
    posted_at    timestamptz NOT NULL,
    hidden_at    timestamptz,
    hidden_by    uuid REFERENCES persons ON DELETE SET NULL,
    hidden_why   text NOT NULL DEFAULT ''
);
CREATE INDEX posts_thread ON posts (course_id, activity_key, cohort_id, posted_at);

CREATE TABLE allowances (
    id             uuid PRIMARY KEY,
    enrolment_id   uuid NOT NULL REFERENCES enrolments ON DELETE CASCADE,
    activity_key   text NOT NULL,
    extra_attempts int NOT NULL DEFAULT 0 CHECK (extra_attempts BETWEEN 0 AND 20),
    extra_minutes  int NOT NULL DEFAULT 0 CHECK (extra_minutes BETWEEN 0 AND 600),
    reason         text NOT NULL DEFAULT '',
    granted_by     uuid REFERENCES persons ON DELETE SET NULL,
    granted_at     timestamptz NOT NULL
);
CREATE INDEX allowances_enrolment ON allowances (enrolment_id, activity_key);

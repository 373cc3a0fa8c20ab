-- People, where they belong, what they may do, and how they prove who they are.

CREATE TABLE countries (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z]{2}$')  -- ISO 3166-1; names come from the locale tables
);

CREATE TABLE organisations (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    kind       text NOT NULL CHECK (kind IN ('state', 'municipality', 'ngo', 'international', 'library',
                                             'police', 'education', 'health', 'other')),
    country    text NOT NULL REFERENCES countries,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX organisations_name_key ON organisations (country, lower(name));

CREATE TABLE centres (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    country    text NOT NULL REFERENCES countries,
    time_zone  text NOT NULL,               -- IANA name, checked by the program
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX centres_name_key ON centres (country, lower(name));

CREATE TABLE persons (
    id              uuid PRIMARY KEY,
    given_name      text NOT NULL,
    family_name     text NOT NULL,
    -- typed as in the passport, never transliterated by the program
    latin_given     text NOT NULL DEFAULT '',
    latin_family    text NOT NULL DEFAULT '',
    email           text,
    login           text,
    password_hash   text,                   -- argon2id in PHC form; none until a code was used
    language        text NOT NULL DEFAULT 'en',
    theme           text NOT NULL DEFAULT 'auto' CHECK (theme IN ('auto', 'light', 'dark')),
    country         text REFERENCES countries,
    countries       text[] NOT NULL DEFAULT '{}',   -- overlays that open first: own and corridor countries
    organisation_id uuid REFERENCES organisations,
    centre_id       uuid REFERENCES centres,
    sex             text NOT NULL DEFAULT 'not-stated' CHECK (sex IN ('female', 'male', 'not-stated')),
    birth_year      smallint CHECK (birth_year BETWEEN 1900 AND 2100),
    state           text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'blocked', 'erased')),
    sort_name       text NOT NULL GENERATED ALWAYS AS (lower(family_name || ' ' || given_name)) STORED,
    created_at      timestamptz NOT NULL,
    last_seen_at    timestamptz
);
CREATE UNIQUE INDEX persons_email_key ON persons (lower(email));
CREATE UNIQUE INDEX persons_login_key ON persons (lower(login));
CREATE INDEX persons_sort_name ON persons (sort_name, id);     -- the list of people, page by page
CREATE INDEX persons_country ON persons (country, sort_name);  -- the same, for a coordinator of one country
CREATE INDEX persons_centre ON persons (centre_id);

CREATE TABLE memberships (
    id         uuid PRIMARY KEY,
    person_id  uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    role       text NOT NULL CHECK (role IN ('trainee', 'trainer', 'author', 'facilitator', 'interpreter',
                                             'coordinator', 'admin')),
    scope_kind text NOT NULL CHECK (scope_kind IN ('all', 'country', 'course', 'cohort', 'centre')),
    country    text REFERENCES countries,
    scope_id   uuid,                        -- the course, cohort or centre
    granted_by uuid REFERENCES persons ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    CHECK ((scope_kind = 'country') = (country IS NOT NULL)),
    CHECK ((scope_kind IN ('course', 'cohort', 'centre')) = (scope_id IS NOT NULL))
);
CREATE UNIQUE INDEX memberships_once ON memberships
    (person_id, role, scope_kind, coalesce(country, ''), coalesce(scope_id, '00000000-0000-0000-0000-000000000000'));

CREATE TABLE sessions (
    id            uuid PRIMARY KEY,
    person_id     uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    refresh_hash  bytea NOT NULL,           -- SHA-256 of the token that is good now
    previous_hash bytea,                    -- of the one before: seen again later than the grace, it ends the session
    rotated_at    timestamptz NOT NULL,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    end_reason    text
);
CREATE UNIQUE INDEX sessions_refresh ON sessions (refresh_hash);
CREATE INDEX sessions_previous ON sessions (previous_hash);
CREATE INDEX sessions_person ON sessions (person_id) WHERE ended_at IS NULL;

CREATE TABLE one_time_codes (
    id         uuid PRIMARY KEY,
    person_id  uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    code_hash  bytea NOT NULL,              -- HMAC-SHA-256 with a key of the server
    created_by uuid REFERENCES persons ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE UNIQUE INDEX one_time_codes_hash ON one_time_codes (code_hash);
CREATE INDEX one_time_codes_person ON one_time_codes (person_id);

-- Failed sign-ins, by a hash of (login and network) or of (login and a device that has signed in before):
-- a stranger who guesses fills his own row and never the owner's.
CREATE TABLE sign_in_failures (
    key_hash   bytea PRIMARY KEY,
    failures   int NOT NULL,
    first_at   timestamptz NOT NULL,
    blocked_until timestamptz
);

CREATE TABLE audit_events (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL,
    actor_id     uuid REFERENCES persons ON DELETE SET NULL,
    action       text NOT NULL,
    subject_kind text NOT NULL,
    subject_id   text NOT NULL,
    detail       jsonb NOT NULL DEFAULT '{}'   -- no names, no addresses: ids, counts and codes
);
CREATE INDEX audit_events_actor ON audit_events (actor_id, id DESC);
CREATE INDEX audit_events_subject ON audit_events (subject_kind, subject_id, id DESC);

-- Webinars on the calendar. The id stands in addresses and tickets, and is 'demo' for the demonstration's.
CREATE TABLE webinars (
    id           text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9_-]{1,64}$'),
    title        text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    language     text NOT NULL CHECK (language ~ '^[a-z]{2,3}$'),
    agenda       json NOT NULL DEFAULT '[]',
    country      text REFERENCES countries,
    cohort_id    uuid REFERENCES cohorts ON DELETE SET NULL,
    activity_key text NOT NULL DEFAULT '',          -- the place in the cohort's course, '' for none
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL CHECK (ends_at > starts_at),
    waiting_room boolean NOT NULL DEFAULT true,
    guest_code   text NOT NULL UNIQUE,              -- opens the room to a guest with a name and no account
    created_at   timestamptz NOT NULL,
    cancelled_at timestamptz
);
CREATE INDEX webinars_time ON webinars (ends_at);
CREATE INDEX webinars_cohort ON webinars (cohort_id);

-- Who leads and who speaks; everybody else comes by their cohort or their centre.
CREATE TABLE webinar_people (
    webinar_id text NOT NULL REFERENCES webinars ON DELETE CASCADE,
    person_id  uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    role       text NOT NULL CHECK (role IN ('host', 'speaker')),
    PRIMARY KEY (webinar_id, person_id)
);
CREATE INDEX webinar_people_person ON webinar_people (person_id);

-- Centres that come as a site: one connection with a roster.
CREATE TABLE webinar_sites (
    webinar_id text NOT NULL REFERENCES webinars ON DELETE CASCADE,
    centre_id  uuid NOT NULL REFERENCES centres ON DELETE CASCADE,
    PRIMARY KEY (webinar_id, centre_id)
);
CREATE INDEX webinar_sites_centre ON webinar_sites (centre_id);

-- What happened, as the room's journal tells it: appended, never changed. Erasing a person takes their name and
-- account out and leaves the row.
CREATE TABLE webinar_events (
    webinar_id text NOT NULL REFERENCES webinars ON DELETE CASCADE,
    number     bigint NOT NULL,
    kind       text NOT NULL,
    at         timestamptz NOT NULL,
    seat       text NOT NULL DEFAULT '',            -- the person's key in the room
    person_id  uuid REFERENCES persons ON DELETE SET NULL,
    centre_id  uuid REFERENCES centres ON DELETE SET NULL,
    name       text NOT NULL DEFAULT '',
    entry      text NOT NULL DEFAULT '',            -- on a site's roster
    state      text NOT NULL DEFAULT '',
    evidence   text NOT NULL DEFAULT '',            -- device, code, tick
    detail     text NOT NULL DEFAULT '',
    PRIMARY KEY (webinar_id, number)
);
CREATE INDEX webinar_events_person ON webinar_events (person_id);

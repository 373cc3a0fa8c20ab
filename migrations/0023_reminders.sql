-- Reminders: each person is told of a thing once in each of its windows, however often anybody looks.
CREATE TABLE reminders (
    id         uuid PRIMARY KEY,
    person_id  uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    reason     text NOT NULL CHECK (reason IN ('expiring', 'not-started', 'stuck', 'webinar', 'by-hand')),
    about      text NOT NULL,               -- a serial, a participation, an enrolment, a webinar
    in_window  text NOT NULL,               -- 90, 60, 30; an activity; a day
    title      text NOT NULL DEFAULT '',    -- of what it is about, as it was called
    day        date,                        -- on which it expires or begins
    channel    text NOT NULL CHECK (channel IN ('mail', 'sms', 'call')),
    made_at    timestamptz NOT NULL,
    sent_at    timestamptz,                 -- null for a call: somebody has still to ring up
    sent_by    uuid REFERENCES persons ON DELETE SET NULL,   -- who asked for it, or who rang up
    outcome    text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'reached', 'not-reached', 'wrong-number')),
    tries      int NOT NULL DEFAULT 0,
    seen_at    timestamptz                  -- when the person put the notice away
);
CREATE UNIQUE INDEX reminders_once ON reminders (person_id, reason, about, in_window);
CREATE INDEX reminders_calls ON reminders (person_id) WHERE channel = 'call' AND sent_at IS NULL;
CREATE INDEX reminders_sms ON reminders (made_at) WHERE channel = 'sms' AND sent_at IS NULL;
CREATE INDEX reminders_made ON reminders (made_at DESC, id);

-- What was asked to be done with many people, and what became of each of them.
CREATE TABLE desk_actions (
    id          uuid PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('assign', 'enrol', 'remind', 'issue')),
    args        jsonb NOT NULL,
    filter      jsonb NOT NULL,
    asked_by    uuid REFERENCES persons ON DELETE SET NULL,
    grants      text[] NOT NULL,            -- the rights of whoever asked, as they were then
    language    text NOT NULL,
    total       int NOT NULL,
    asked_at    timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE TABLE desk_action_people (
    action_id uuid NOT NULL REFERENCES desk_actions ON DELETE CASCADE,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    outcome   text,                         -- null: still to do; done, or why not
    PRIMARY KEY (action_id, person_id)
);
CREATE INDEX desk_action_people_person ON desk_action_people (person_id);

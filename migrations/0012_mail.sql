-- Mails on their way. A mail is queued in the transaction that causes it, and is forgotten some time after it was
-- sent or given up: the address and the text are somebody's.
CREATE TABLE mails (
    id         uuid PRIMARY KEY,
    person_id  uuid REFERENCES persons ON DELETE CASCADE, -- NULL for a guest
    webinar_id text REFERENCES webinars ON DELETE SET NULL, -- what it is about, for those who look for it
    language   text NOT NULL,
    name       text NOT NULL DEFAULT '',
    address    text NOT NULL CHECK (length(address) BETWEEN 3 AND 254),
    subject    text NOT NULL CHECK (length(subject) BETWEEN 1 AND 300),
    body       text NOT NULL,
    html       text NOT NULL,
    method     text NOT NULL DEFAULT '' CHECK (method IN ('', 'REQUEST', 'CANCEL')), -- of the calendar file (RFC 5546)
    calendar   text NOT NULL DEFAULT '',
    state      text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'failed')),
    tries      integer NOT NULL DEFAULT 0,
    fault      text NOT NULL DEFAULT '',            -- of the last try, in the server's words
    queued_at  timestamptz NOT NULL,
    next_at    timestamptz NOT NULL,                -- of the next try; while it is sent, when to think it lost
    sent_at    timestamptz
);
-- The worker looks for what is due every few seconds.
CREATE INDEX mails_due ON mails (next_at) WHERE state IN ('waiting', 'sending');
-- The administrator's list is the newest first, and the broom goes by age.
CREATE INDEX mails_queued ON mails (queued_at);
-- Export and erasure.
CREATE INDEX mails_person ON mails (person_id);
CREATE INDEX mails_webinar ON mails (webinar_id);

-- Each change of what an invitation says raises the sequence (RFC 5545, 3.8.7.4).
ALTER TABLE webinars ADD COLUMN sequence integer NOT NULL DEFAULT 0;
ALTER TABLE webinars ADD COLUMN cancel_reason text NOT NULL DEFAULT '' CHECK (length(cancel_reason) <= 500);

-- Guests who were asked by name, without an account: each has a code of their own.
CREATE TABLE webinar_guests (
    id         uuid PRIMARY KEY,
    webinar_id text NOT NULL REFERENCES webinars ON DELETE CASCADE,
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    email      text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    language   text NOT NULL CHECK (language ~ '^[a-z]{2,3}$'),
    code       text NOT NULL UNIQUE
);
CREATE UNIQUE INDEX webinar_guests_once ON webinar_guests (webinar_id, lower(email));

-- Who was told of which state of a webinar, so that nobody is told twice, and those who are no longer asked get
-- their cancellation.
CREATE TABLE webinar_invitations (
    webinar_id text NOT NULL REFERENCES webinars ON DELETE CASCADE,
    person_id  uuid REFERENCES persons ON DELETE CASCADE,
    guest_id   uuid REFERENCES webinar_guests ON DELETE CASCADE,
    sequence   integer NOT NULL,
    invited_at timestamptz NOT NULL,
    CHECK ((person_id IS NULL) <> (guest_id IS NULL))
);
CREATE UNIQUE INDEX webinar_invitations_person ON webinar_invitations (webinar_id, person_id) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX webinar_invitations_guest ON webinar_invitations (webinar_id, guest_id) WHERE guest_id IS NOT NULL;
CREATE INDEX webinar_invitations_of ON webinar_invitations (person_id);

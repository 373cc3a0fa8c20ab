-- Whom the program tells of certificates and completions.
CREATE TABLE hooks (
    id         uuid PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('webhook', 'xapi')),
    url        text NOT NULL CHECK (length(url) BETWEEN 8 AND 500),
    secret     text NOT NULL,               -- of a webhook the key that signs, of an LRS the password
    login      text NOT NULL DEFAULT '' CHECK (length(login) <= 200),
    events     text[] NOT NULL,
    paused     boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    -- the place in the record up to which it was told: what was appended while it was paused is not told later
    told       bigint NOT NULL
);

-- What was told or is to be: which entry of the record, and never what it said, so that erasing somebody leaves nothing here.
CREATE TABLE hook_deliveries (
    id          uuid PRIMARY KEY,
    hook_id     uuid NOT NULL REFERENCES hooks ON DELETE CASCADE,
    entry       bigint NOT NULL,
    event       text NOT NULL,
    happened_at timestamptz NOT NULL,
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'failing', 'done', 'given-up', 'gone')),
    attempts    int NOT NULL DEFAULT 0,
    status      int NOT NULL DEFAULT 0,     -- of HTTP, of the last attempt
    problem     text NOT NULL DEFAULT '',
    tried_at    timestamptz,
    UNIQUE (hook_id, entry)
);
CREATE INDEX hook_deliveries_newest ON hook_deliveries (hook_id, entry DESC);

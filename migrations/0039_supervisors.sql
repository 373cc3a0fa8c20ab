-- Whom somebody works for, who is asked what became of the learning. The address is all that is kept of them: it goes with
-- the participation, when they ask for it, and when the last question is over.
CREATE TABLE followup_supervisors (
    participation_id uuid PRIMARY KEY REFERENCES participations ON DELETE CASCADE,
    email            text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    language         text NOT NULL CHECK (language ~ '^[a-z]{2}$'),
    named_by         uuid REFERENCES persons ON DELETE SET NULL,
    named_at         timestamptz NOT NULL,
    times            smallint NOT NULL DEFAULT 1   -- how often an address was given: a letter box is not tried at random
);

-- The door to the questions is in the mail; here is only its hash, by which it is found. What is answered lies with the
-- other answers, without a name.
CREATE TABLE followup_doors (
    followup_id uuid PRIMARY KEY REFERENCES followups ON DELETE CASCADE,
    door_hash   bytea NOT NULL UNIQUE,
    asked_at    timestamptz NOT NULL,
    answered    boolean NOT NULL DEFAULT false
);

ALTER TABLE followup_answers ADD COLUMN by_supervisor boolean NOT NULL DEFAULT false;

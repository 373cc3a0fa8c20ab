-- What a person can show. The claim is a copy of the facts on the day, under a seal.

CREATE TABLE certificates (
    id           uuid PRIMARY KEY,
    serial       text NOT NULL UNIQUE,
    person_id    uuid REFERENCES persons ON DELETE SET NULL,
    enrolment_id uuid REFERENCES enrolments ON DELETE SET NULL,
    course_id    uuid NOT NULL REFERENCES courses,
    award        uuid NOT NULL,             -- the enrolment that earned it, kept when its row is erased
    issue_no     int NOT NULL DEFAULT 1,    -- renewals count on
    claim        text NOT NULL,             -- canonical JSON, the very bytes that were sealed; empty once erased
    seal         bytea NOT NULL,
    key_id       text NOT NULL,
    state        text NOT NULL DEFAULT 'valid' CHECK (state IN ('valid', 'suspended', 'revoked', 'superseded', 'erased')),
    state_reason text NOT NULL DEFAULT '',
    issued_at    timestamptz NOT NULL,
    expires_on   date,
    UNIQUE (award, issue_no)                -- issued once, whatever is repeated
);
CREATE INDEX certificates_person ON certificates (person_id, issued_at DESC);

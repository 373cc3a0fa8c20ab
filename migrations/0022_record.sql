-- The record: what was earned, as salted digests in a chain of hashes (docs/certification.md).

-- An entry is appended in the transaction of the fact, and put into the chain a little later by one worker at a
-- time, so that whoever studies waits for no lock. Erasing a person takes key, person and salt out of their entries:
-- the digest that stays tells nothing then, and the chain still fits.
CREATE TABLE record_entries (
    number    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL,
    kind      text NOT NULL,
    key       text NOT NULL,                -- of the row in its table, '' once erased
    person_id uuid,                         -- no foreign key: it would lock the person's row at every answer that counts
    salt      bytea,                        -- null once erased
    digest    bytea NOT NULL,               -- SHA-256 of salt and content
    erased    bigint[],                     -- of an erasure: the entries whose salt went
    position  bigint UNIQUE,                -- in the chain, from 1, without gaps
    hash      bytea                         -- of the entry and the hash before it
);
CREATE INDEX record_entries_waiting ON record_entries (number) WHERE position IS NULL;
CREATE INDEX record_entries_person ON record_entries (person_id) WHERE person_id IS NOT NULL;

-- Signed ends of the chain, one a batch.
CREATE TABLE record_heads (
    position  bigint PRIMARY KEY,
    hash      bytea NOT NULL,
    at        timestamptz NOT NULL,
    key_id    text NOT NULL,
    signature bytea NOT NULL
);

-- People from tables that others keep: what was read, what was made of it, and how it is taken back. Two records of
-- one person: how they are found, and where the one that was given up leads.

-- What two writings of one name have in common, in whatever script: each pair of words, consonants only, the same
-- that lms/intake/alike makes of them. Coarse on purpose: it finds candidates by an index and decides nothing. Whoever
-- changes it writes persons.name_keys anew.
CREATE FUNCTION name_keys(own text, latin text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    name text;
    s    text;
    w    text;
    skeletons text[];
    keys text[] := '{}';
BEGIN
    FOREACH name IN ARRAY ARRAY[own, latin] LOOP
        s := replace(lower(normalize(name, NFC)), 'ž', 'j');
        s := regexp_replace(normalize(s, NFKD), '[\u0300-\u036f''’ʼ`ʻ]', '', 'g');
        s := translate(s, 'аәбвгғґдеєжҷзиікқлмнңоөпрстуүұфхҳһцчшыэıłđøßæœəŋъь',
                          'aabvgggdeejjziikklmnnooprstuuufgggccsieildoseean');
        s := replace(replace(replace(s, 'щ', 'sc'), 'ю', 'iu'), 'я', 'ia');
        s := replace(replace(replace(replace(replace(s, 'shch', 'sc'), 'zh', 'j'), 'kh', 'g'), 'gh', 'g'), 'sh', 's');
        s := replace(replace(replace(replace(replace(s, 'ch', 'c'), 'ts', 'c'), 'tz', 'c'), 'ph', 'f'), 'th', 't');
        s := replace(replace(replace(replace(s, 'x', 'ks'), 'w', 'v'), 'q', 'k'), 'h', 'g');
        skeletons := '{}';
        FOREACH w IN ARRAY regexp_split_to_array(btrim(regexp_replace(s, '[^[:alpha:]]+', ' ', 'g')), ' ') LOOP
            CONTINUE WHEN w = '' OR cardinality(skeletons) = 4;
            w := regexp_replace(translate(w, 'aeiouyj', ''), '(.)\1+', '\1', 'g');
            skeletons := skeletons || CASE WHEN w = '' THEN 'a' ELSE w END;
        END LOOP;
        IF cardinality(skeletons) = 1 THEN
            keys := keys || skeletons;
        END IF;
        FOR i IN 1 .. cardinality(skeletons) LOOP
            FOR j IN i + 1 .. cardinality(skeletons) LOOP
                keys := keys || (least(skeletons[i] COLLATE "C", skeletons[j]) || ' ' || greatest(skeletons[i] COLLATE "C", skeletons[j]));
            END LOOP;
        END LOOP;
    END LOOP;
    RETURN ARRAY(SELECT DISTINCT k COLLATE "C" FROM unnest(keys) k ORDER BY 1);
END $$;
ALTER TABLE persons ADD COLUMN name_keys text[] NOT NULL GENERATED ALWAYS AS (
    public.name_keys(given_name || ' ' || family_name, latin_given || ' ' || latin_family)) STORED;
CREATE INDEX persons_name_keys ON persons USING gin (name_keys);

-- Of an erased row: whose record took its place, so that old links lead there.
ALTER TABLE persons ADD COLUMN merged_into uuid REFERENCES persons;
CREATE INDEX persons_merged_into ON persons (merged_into) WHERE merged_into IS NOT NULL;

-- Logins and e-mails of records that were made one with another: they open the account that is left.
CREATE TABLE person_aliases (
    login     text PRIMARY KEY CHECK (login = lower(login)),
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE
);
CREATE INDEX person_aliases_person ON person_aliases (person_id);

-- Somebody looked at two records and said that they are of two people.
CREATE TABLE distinct_people (
    one        uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    other      uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    decided_by uuid REFERENCES persons ON DELETE SET NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (one, other),
    CHECK (one < other)
);
CREATE INDEX distinct_people_other ON distinct_people (other);

-- One table that was read. Its cells are kept until it is applied or given up.
CREATE TABLE imports (
    id         uuid PRIMARY KEY,
    made_by    uuid REFERENCES persons ON DELETE SET NULL,
    made_at    timestamptz NOT NULL,
    country    text REFERENCES countries,   -- where its people belong; null: the table tells
    centre_id  uuid REFERENCES centres,
    state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'applying', 'applied', 'undone', 'dropped')),
    file_name  text NOT NULL,
    format     json NOT NULL,               -- kind, encoding, separator, sheet, as they were found out
    heads      text[] NOT NULL,
    head_line  int NOT NULL,
    mapping    json NOT NULL,               -- which column is what, and how its values are read
    rows       int NOT NULL,
    faults     int NOT NULL DEFAULT 0,      -- rows that cannot be taken
    questions  int NOT NULL DEFAULT 0,      -- rows that somebody must decide on
    counts     json NOT NULL DEFAULT '{}',  -- what was made, by kind
    totals     json NOT NULL DEFAULT '[]',  -- rows of sums that were there before, so that undoing leaves no others
    failure    text NOT NULL DEFAULT '',    -- why the last try to apply it ended
    applied_by uuid REFERENCES persons ON DELETE SET NULL,
    applied_at timestamptz,
    undone_at  timestamptz
);
CREATE INDEX imports_made ON imports (made_at DESC);

CREATE TABLE import_rows (
    import_id uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
    line      int NOT NULL,                 -- in the file, from 1
    cells     text[] NOT NULL,              -- as read; taken out once the import is applied or dropped
    problems  jsonb NOT NULL DEFAULT '[]',  -- codes with columns; no texts of the file
    level     smallint NOT NULL DEFAULT 0,  -- of the worst problem: 0 none, 1 told, 2 asked, 3 a fault
    decision  text NOT NULL DEFAULT '' CHECK (decision IN ('', 'same', 'new', 'skip')),
    same_as   uuid REFERENCES persons ON DELETE SET NULL,  -- of the decision "same": somebody with an account
    same_line int,                                         -- or somebody in another line
    person_id uuid REFERENCES persons ON DELETE SET NULL,  -- who came of it
    PRIMARY KEY (import_id, line)
);
CREATE INDEX import_rows_level ON import_rows (import_id, level, line);
CREATE INDEX import_rows_same ON import_rows (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX import_rows_person ON import_rows (person_id) WHERE person_id IS NOT NULL;

-- What an import made, to be taken back: rows of tables by their ids.
CREATE TABLE import_made (
    import_id uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
    kind      text NOT NULL CHECK (kind IN ('person', 'enrolment', 'joined', 'participation', 'paper')),
    id        uuid NOT NULL,
    person_id uuid REFERENCES persons ON DELETE CASCADE,
    PRIMARY KEY (import_id, kind, id)
);
CREATE INDEX import_made_person ON import_made (person_id);

-- Who fits is enrolled, now and whenever people change. Nobody is withdrawn by a rule.
CREATE TABLE enrolment_rules (
    id           uuid PRIMARY KEY,
    cohort_id    uuid UNIQUE REFERENCES cohorts ON DELETE CASCADE,
    programme_id uuid UNIQUE REFERENCES programmes ON DELETE CASCADE,
    filter       json NOT NULL,
    active       boolean NOT NULL DEFAULT true,
    made_by      uuid REFERENCES persons ON DELETE SET NULL,  -- in whose part of the world it looks
    changed_at   timestamptz NOT NULL,
    ran_at       timestamptz,
    added        int NOT NULL DEFAULT 0,    -- by the last run
    failure      text NOT NULL DEFAULT '',  -- why it stands still
    CHECK ((cohort_id IS NULL) <> (programme_id IS NULL))
);

-- What the coordinator's desk counts (decision 0009), kept while it happens. Where a person stands, once for the
-- person and once for each programme or course they take part in or hold a certificate of, is a row; what a change of
-- rows adds to the sums is appended, and added up now and then. So nobody waits for a sum that others add to, nothing
-- can lock crosswise, and a reader takes both: the sums and what was appended since.

CREATE TABLE desk_standings (
    person_id       uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    subject         uuid NOT NULL,          -- a programme or a course; all zeros: the person, whatever they take part in
    country         text NOT NULL,          -- '' and zeros where the person has none
    centre_id       uuid NOT NULL,
    organisation_id uuid NOT NULL,
    kind            text NOT NULL,          -- of the organisation
    invited         boolean NOT NULL,       -- has been: each of the next has been all before it
    joined          boolean NOT NULL,
    passed          boolean NOT NULL,
    certified       boolean NOT NULL,
    stuck           boolean NOT NULL,       -- the last try failed, or what was handed in was refused
    valid_until     date,                   -- of the certificates of achievement that are valid, the latest; infinity for ever
    PRIMARY KEY (person_id, subject)
);
-- The list of people by how long their certificates are valid.
CREATE INDEX desk_standings_until ON desk_standings (subject, coalesce(valid_until, 'infinity'::date), person_id);
CREATE INDEX desk_standings_stuck ON desk_standings (subject, person_id) WHERE stuck;
-- And by when they were last seen.
CREATE INDEX persons_seen ON persons (coalesce(last_seen_at, '-infinity'::timestamptz), id);

-- Changes of the sums. A row without a day counts people, one with a day certificates that expire on it.
CREATE TABLE desk_changes (
    number          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject         uuid NOT NULL,
    country         text NOT NULL,
    centre_id       uuid NOT NULL,
    organisation_id uuid NOT NULL,
    kind            text NOT NULL,
    day             date NOT NULL,          -- -infinity where it is none
    people          int NOT NULL,
    invited         int NOT NULL,
    joined          int NOT NULL,
    passed          int NOT NULL,
    certified       int NOT NULL,
    stuck           int NOT NULL,
    valid           int NOT NULL,           -- people whose certificates are valid until the day
    papers          int NOT NULL            -- the same for each programme and course by itself
);

CREATE TABLE desk_sums (
    subject   uuid NOT NULL,
    level     text NOT NULL CHECK (level IN ('country', 'centre', 'organisation', 'kind')),
    country   text NOT NULL,
    place     text NOT NULL,                -- the centre, the organisation, the kind; '' for a country
    day       date NOT NULL,
    people    int NOT NULL,
    invited   int NOT NULL,
    joined    int NOT NULL,
    passed    int NOT NULL,
    certified int NOT NULL,
    stuck     int NOT NULL,
    valid     int NOT NULL,
    papers    int NOT NULL,
    PRIMARY KEY (subject, level, country, place, day)
) WITH (fillfactor = 70);

-- What rows come to, added up for each cell: those that are there now, less those that were.
CREATE FUNCTION desk_standings_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    INSERT INTO desk_changes (subject, country, centre_id, organisation_id, kind, day, people, invited, joined, passed, certified, stuck, valid, papers)
    SELECT * FROM (
        SELECT subject, country, centre_id, organisation_id, kind, '-infinity'::date AS day, sum(n) AS people, sum(n * invited::int) AS invited,
               sum(n * joined::int) AS joined, sum(n * passed::int) AS passed, sum(n * certified::int) AS certified,
               sum(n * stuck::int) AS stuck, 0::bigint AS valid, 0::bigint AS papers
          FROM (SELECT 1 AS n, a.* FROM added a) r GROUP BY 1, 2, 3, 4, 5
        UNION ALL
        SELECT subject, country, centre_id, organisation_id, kind, valid_until, 0, 0, 0, 0, 0, 0, sum(n), sum(n) * (subject <> nobody)::int
          FROM (SELECT 1 AS n, a.* FROM added a) r WHERE valid_until IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
        UNION ALL
        SELECT nobody, country, centre_id, organisation_id, kind, valid_until, 0, 0, 0, 0, 0, 0, 0, sum(n)
          FROM (SELECT 1 AS n, a.* FROM added a) r WHERE valid_until IS NOT NULL AND subject <> nobody GROUP BY 1, 2, 3, 4, 5, 6) c
     WHERE (people, invited, joined, passed, certified, stuck, valid, papers) <> (0, 0, 0, 0, 0, 0, 0, 0);
    RETURN NULL;
END $$;
CREATE FUNCTION desk_standings_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    INSERT INTO desk_changes (subject, country, centre_id, organisation_id, kind, day, people, invited, joined, passed, certified, stuck, valid, papers)
    SELECT * FROM (
        SELECT subject, country, centre_id, organisation_id, kind, '-infinity'::date AS day, sum(n) AS people, sum(n * invited::int) AS invited,
               sum(n * joined::int) AS joined, sum(n * passed::int) AS passed, sum(n * certified::int) AS certified,
               sum(n * stuck::int) AS stuck, 0::bigint AS valid, 0::bigint AS papers
          FROM (SELECT 1 AS n, a.* FROM added a UNION ALL SELECT -1, g.* FROM gone g) r GROUP BY 1, 2, 3, 4, 5
        UNION ALL
        SELECT subject, country, centre_id, organisation_id, kind, valid_until, 0, 0, 0, 0, 0, 0, sum(n), sum(n) * (subject <> nobody)::int
          FROM (SELECT 1 AS n, a.* FROM added a UNION ALL SELECT -1, g.* FROM gone g) r WHERE valid_until IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
        UNION ALL
        SELECT nobody, country, centre_id, organisation_id, kind, valid_until, 0, 0, 0, 0, 0, 0, 0, sum(n)
          FROM (SELECT 1 AS n, a.* FROM added a UNION ALL SELECT -1, g.* FROM gone g) r WHERE valid_until IS NOT NULL AND subject <> nobody GROUP BY 1, 2, 3, 4, 5, 6) c
     WHERE (people, invited, joined, passed, certified, stuck, valid, papers) <> (0, 0, 0, 0, 0, 0, 0, 0);
    RETURN NULL;
END $$;
CREATE FUNCTION desk_standings_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    INSERT INTO desk_changes (subject, country, centre_id, organisation_id, kind, day, people, invited, joined, passed, certified, stuck, valid, papers)
    SELECT * FROM (
        SELECT subject, country, centre_id, organisation_id, kind, '-infinity'::date AS day, sum(n) AS people, sum(n * invited::int) AS invited,
               sum(n * joined::int) AS joined, sum(n * passed::int) AS passed, sum(n * certified::int) AS certified,
               sum(n * stuck::int) AS stuck, 0::bigint AS valid, 0::bigint AS papers
          FROM (SELECT -1 AS n, g.* FROM gone g) r GROUP BY 1, 2, 3, 4, 5
        UNION ALL
        SELECT subject, country, centre_id, organisation_id, kind, valid_until, 0, 0, 0, 0, 0, 0, sum(n), sum(n) * (subject <> nobody)::int
          FROM (SELECT -1 AS n, g.* FROM gone g) r WHERE valid_until IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
        UNION ALL
        SELECT nobody, country, centre_id, organisation_id, kind, valid_until, 0, 0, 0, 0, 0, 0, 0, sum(n)
          FROM (SELECT -1 AS n, g.* FROM gone g) r WHERE valid_until IS NOT NULL AND subject <> nobody GROUP BY 1, 2, 3, 4, 5, 6) c
     WHERE (people, invited, joined, passed, certified, stuck, valid, papers) <> (0, 0, 0, 0, 0, 0, 0, 0);
    RETURN NULL;
END $$;
CREATE TRIGGER desk_standings_insert AFTER INSERT ON desk_standings REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION desk_standings_added();
CREATE TRIGGER desk_standings_update AFTER UPDATE ON desk_standings REFERENCING NEW TABLE AS added OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION desk_standings_changed();
CREATE TRIGGER desk_standings_delete AFTER DELETE ON desk_standings REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION desk_standings_gone();

-- Adds up what was appended, in one place at a time, and tells how many rows it took. Nothing depends on when it
-- runs, only how much a reader has to add.
CREATE FUNCTION desk_fold() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    taken bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('desk_fold')) THEN
        RETURN 0;
    END IF;
    WITH gone AS (DELETE FROM desk_changes RETURNING *),
    cells AS (
        SELECT g.subject, l.level, g.country, l.place, g.day, sum(people) AS people, sum(invited) AS invited, sum(joined) AS joined,
               sum(passed) AS passed, sum(certified) AS certified, sum(stuck) AS stuck, sum(valid) AS valid, sum(papers) AS papers
          FROM gone g, LATERAL (VALUES ('country', ''), ('centre', g.centre_id::text), ('organisation', g.organisation_id::text),
                                       ('kind', g.kind)) l(level, place)
         GROUP BY 1, 2, 3, 4, 5),
    kept AS (
        INSERT INTO desk_sums AS s
        SELECT * FROM cells
        ON CONFLICT (subject, level, country, place, day) DO UPDATE
           SET people = s.people + excluded.people, invited = s.invited + excluded.invited, joined = s.joined + excluded.joined,
               passed = s.passed + excluded.passed, certified = s.certified + excluded.certified,
               stuck = s.stuck + excluded.stuck, valid = s.valid + excluded.valid, papers = s.papers + excluded.papers)
    SELECT count(*) INTO taken FROM gone;
    RETURN taken;
END $$;

-- Looks at people anew. Whoever changes something about a person waits here for others who do: the later one sees
-- what the earlier did, for each statement of this function sees what was committed until then. The rows of the
-- people themselves are locked first, in order of their ids.
CREATE FUNCTION desk_refresh(people uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    PERFORM FROM desk_standings WHERE person_id = ANY (people) AND subject = nobody ORDER BY person_id FOR NO KEY UPDATE;
    WITH who AS (
        SELECT p.id, coalesce(p.country, '') AS country, coalesce(p.centre_id, nobody) AS centre_id,
               coalesce(p.organisation_id, nobody) AS organisation_id, coalesce(o.kind, '') AS kind
          FROM persons p LEFT JOIN organisations o ON o.id = p.organisation_id
         WHERE p.id = ANY (people) AND p.state <> 'erased'),
    halted AS (
        SELECT DISTINCT person_id FROM enrolments WHERE person_id = ANY (people) AND standing = 'stuck'),
    facts AS (
        SELECT person_id, programme_id AS subject, true AS invited, state <> 'invited' AS joined,
               state IN ('passed', 'certified') AS passed, state = 'certified' AS certified,
               state IN ('invited', 'active') AND (desk_halted(person_id, version_id) OR desk_refused(id)) AS stuck,
               NULL::date AS valid_until
          FROM participations WHERE person_id = ANY (people) AND state <> 'withdrawn'
        UNION ALL
        SELECT person_id, coalesce(programme_id, course_id), false, false, false, false, false, max(coalesce(expires_on, 'infinity'))
          FROM certificates WHERE person_id = ANY (people) AND kind = 'achievement' AND state = 'valid' GROUP BY 1, 2
        UNION ALL
        SELECT person_id, nobody, false, false, false, false, true, NULL FROM halted),
    rows AS (
        SELECT w.id, s.subject, w.country, w.centre_id, w.organisation_id, w.kind, coalesce(bool_or(f.invited), false) AS invited,
               coalesce(bool_or(f.joined), false) AS joined, coalesce(bool_or(f.passed), false) AS passed,
               coalesce(bool_or(f.certified), false) AS certified, coalesce(bool_or(f.stuck), false) AS stuck, max(f.valid_until) AS valid_until
          FROM who w LEFT JOIN facts f ON f.person_id = w.id
          CROSS JOIN LATERAL (SELECT nobody AS subject UNION SELECT f.subject WHERE f.subject IS NOT NULL) s
         GROUP BY 1, 2, 3, 4, 5, 6),
    gone AS (
        DELETE FROM desk_standings d
         WHERE d.person_id = ANY (people) AND NOT EXISTS (SELECT FROM rows r WHERE r.id = d.person_id AND r.subject = d.subject))
    INSERT INTO desk_standings AS d SELECT * FROM rows
    ON CONFLICT (person_id, subject) DO UPDATE
       SET country = excluded.country, centre_id = excluded.centre_id, organisation_id = excluded.organisation_id, kind = excluded.kind,
           invited = excluded.invited, joined = excluded.joined, passed = excluded.passed, certified = excluded.certified,
           stuck = excluded.stuck, valid_until = excluded.valid_until
     WHERE (d.country, d.centre_id, d.organisation_id, d.kind, d.invited, d.joined, d.passed, d.certified, d.stuck)
           <> (excluded.country, excluded.centre_id, excluded.organisation_id, excluded.kind, excluded.invited, excluded.joined,
               excluded.passed, excluded.certified, excluded.stuck)
        OR d.valid_until IS DISTINCT FROM excluded.valid_until;
END $$;

-- The last try at something in a course of the programme failed.
CREATE FUNCTION desk_halted(person uuid, version uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM enrolments e JOIN courses c ON c.id = e.course_id JOIN programme_versions v ON v.id = version
         WHERE e.person_id = person AND e.standing = 'stuck'
           AND EXISTS (SELECT FROM json_array_elements(CASE json_typeof(v.definition -> 'components') WHEN 'array' THEN v.definition -> 'components' ELSE '[]' END) k
                        WHERE k ->> 'course' = c.key))
$$;

-- Something that was handed in was refused, and nothing was handed in for the same component since.
CREATE FUNCTION desk_refused(participation uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM programme_evidence r WHERE r.participation_id = participation AND r.state = 'refused'
                      AND NOT EXISTS (SELECT FROM programme_evidence l WHERE l.participation_id = participation AND l.component = r.component
                                         AND (l.state = 'accepted' OR l.handed_in_at > r.handed_in_at)))
$$;

-- The tables beneath. Whole imports come in one statement; changes one by one, and only those that count.
CREATE FUNCTION desk_people_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk_refresh(ARRAY(SELECT id FROM added));
    RETURN NULL;
END $$;
CREATE FUNCTION desk_facts_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk_refresh(ARRAY(SELECT DISTINCT person_id FROM added WHERE person_id IS NOT NULL));
    RETURN NULL;
END $$;
CREATE FUNCTION desk_person_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk_refresh(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE FUNCTION desk_fact_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refresh(ARRAY[OLD.person_id]);
    ELSIF TG_OP = 'UPDATE' AND OLD.person_id IS DISTINCT FROM NEW.person_id THEN
        PERFORM desk_refresh(array_remove(ARRAY[OLD.person_id, NEW.person_id], NULL));
    ELSE
        PERFORM desk_refresh(ARRAY[NEW.person_id]);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION desk_evidence_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk_refresh(ARRAY(SELECT person_id FROM participations WHERE id = coalesce(NEW.participation_id, OLD.participation_id)));
    RETURN NULL;
END $$;
CREATE FUNCTION desk_kind_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk_refresh(ARRAY(SELECT id FROM persons WHERE organisation_id = NEW.id));
    RETURN NULL;
END $$;

CREATE TRIGGER desk_persons_insert AFTER INSERT ON persons REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION desk_people_added();
CREATE TRIGGER desk_persons_update AFTER UPDATE OF country, centre_id, organisation_id, state ON persons FOR EACH ROW
    WHEN ((OLD.country, OLD.centre_id, OLD.organisation_id, OLD.state = 'erased')
          IS DISTINCT FROM (NEW.country, NEW.centre_id, NEW.organisation_id, NEW.state = 'erased'))
    EXECUTE FUNCTION desk_person_changed();

CREATE TRIGGER desk_participations_insert AFTER INSERT ON participations REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION desk_facts_added();
CREATE TRIGGER desk_participations_update AFTER UPDATE OF state, person_id, programme_id, version_id ON participations FOR EACH ROW
    WHEN ((OLD.state, OLD.person_id, OLD.programme_id, OLD.version_id)
          IS DISTINCT FROM (NEW.state, NEW.person_id, NEW.programme_id, NEW.version_id))
    EXECUTE FUNCTION desk_fact_changed();
CREATE TRIGGER desk_participations_delete AFTER DELETE ON participations FOR EACH ROW EXECUTE FUNCTION desk_fact_changed();

CREATE TRIGGER desk_certificates_insert AFTER INSERT ON certificates REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION desk_facts_added();
CREATE TRIGGER desk_certificates_update AFTER UPDATE OF state, person_id, expires_on, kind ON certificates FOR EACH ROW
    WHEN ((OLD.state, OLD.person_id, OLD.expires_on, OLD.kind) IS DISTINCT FROM (NEW.state, NEW.person_id, NEW.expires_on, NEW.kind))
    EXECUTE FUNCTION desk_fact_changed();
CREATE TRIGGER desk_certificates_delete AFTER DELETE ON certificates FOR EACH ROW
    WHEN (OLD.person_id IS NOT NULL) EXECUTE FUNCTION desk_fact_changed();

CREATE TRIGGER desk_enrolments_insert AFTER INSERT ON enrolments FOR EACH ROW
    WHEN (NEW.standing = 'stuck') EXECUTE FUNCTION desk_fact_changed();
CREATE TRIGGER desk_enrolments_update AFTER UPDATE ON enrolments FOR EACH ROW
    WHEN ((OLD.standing = 'stuck') <> (NEW.standing = 'stuck') OR OLD.person_id <> NEW.person_id) EXECUTE FUNCTION desk_fact_changed();
CREATE TRIGGER desk_enrolments_delete AFTER DELETE ON enrolments FOR EACH ROW
    WHEN (OLD.standing = 'stuck') EXECUTE FUNCTION desk_fact_changed();

CREATE TRIGGER desk_evidence_insert AFTER INSERT ON programme_evidence FOR EACH ROW EXECUTE FUNCTION desk_evidence_changed();
CREATE TRIGGER desk_evidence_update AFTER UPDATE OF state ON programme_evidence FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION desk_evidence_changed();
CREATE TRIGGER desk_evidence_delete AFTER DELETE ON programme_evidence FOR EACH ROW EXECUTE FUNCTION desk_evidence_changed();

CREATE TRIGGER desk_organisations_kind AFTER UPDATE OF kind ON organisations FOR EACH ROW
    WHEN (OLD.kind <> NEW.kind) EXECUTE FUNCTION desk_kind_changed();

-- Those who are there already.
SELECT desk_refresh(ARRAY(SELECT id FROM persons));
SELECT desk_fold();

-- The desk reads the next ninety days and nothing further off: the row without a day also counts all that have a
-- certificate, so that those who have a valid one are all less those whose day is over; and days that are over are
-- one row. So the desk costs the same however many days there are.
TRUNCATE desk_standings, desk_changes, desk_sums;
ALTER TABLE desk_sums DROP CONSTRAINT desk_sums_pkey, ADD PRIMARY KEY (subject, level, day, country, place);
CREATE INDEX desk_sums_day ON desk_sums (day);

CREATE OR REPLACE FUNCTION desk_standings_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    INSERT INTO desk_changes (subject, country, centre_id, organisation_id, kind, day, people, invited, joined, passed, certified, stuck, valid, papers)
    SELECT * FROM (
        SELECT subject, country, centre_id, organisation_id, kind, '-infinity'::date AS day, sum(n) AS people, sum(n * invited::int) AS invited,
               sum(n * joined::int) AS joined, sum(n * passed::int) AS passed, sum(n * certified::int) AS certified,
               sum(n * stuck::int) AS stuck, sum(n * (valid_until IS NOT NULL)::int) AS valid, 0::bigint AS papers
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
CREATE OR REPLACE FUNCTION desk_standings_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    INSERT INTO desk_changes (subject, country, centre_id, organisation_id, kind, day, people, invited, joined, passed, certified, stuck, valid, papers)
    SELECT * FROM (
        SELECT subject, country, centre_id, organisation_id, kind, '-infinity'::date AS day, sum(n) AS people, sum(n * invited::int) AS invited,
               sum(n * joined::int) AS joined, sum(n * passed::int) AS passed, sum(n * certified::int) AS certified,
               sum(n * stuck::int) AS stuck, sum(n * (valid_until IS NOT NULL)::int) AS valid, 0::bigint AS papers
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
CREATE OR REPLACE FUNCTION desk_standings_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    INSERT INTO desk_changes (subject, country, centre_id, organisation_id, kind, day, people, invited, joined, passed, certified, stuck, valid, papers)
    SELECT * FROM (
        SELECT subject, country, centre_id, organisation_id, kind, '-infinity'::date AS day, sum(n) AS people, sum(n * invited::int) AS invited,
               sum(n * joined::int) AS joined, sum(n * passed::int) AS passed, sum(n * certified::int) AS certified,
               sum(n * stuck::int) AS stuck, sum(n * (valid_until IS NOT NULL)::int) AS valid, 0::bigint AS papers
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

-- Days that were over two days ago, in any time zone, are the first of January 1900.
CREATE FUNCTION desk_day(day date) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN day > '-infinity' AND day < current_date - 2 THEN '1900-01-01'::date ELSE day END
$$;
CREATE OR REPLACE FUNCTION desk_fold() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    taken bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('desk_fold')) THEN
        RETURN 0;
    END IF;
    WITH gone AS (DELETE FROM desk_changes RETURNING *),
    old AS (DELETE FROM desk_sums WHERE day > '1900-01-01' AND day < current_date - 2 RETURNING *),
    cells AS (
        SELECT subject, level, country, place, desk_day(day) AS day, sum(people) AS people, sum(invited) AS invited, sum(joined) AS joined,
               sum(passed) AS passed, sum(certified) AS certified, sum(stuck) AS stuck, sum(valid) AS valid, sum(papers) AS papers
          FROM (SELECT g.subject, l.level, g.country, l.place, g.day, people, invited, joined, passed, certified, stuck, valid, papers
                  FROM gone g, LATERAL (VALUES ('country', ''), ('centre', g.centre_id::text), ('organisation', g.organisation_id::text),
                                               ('kind', g.kind)) l(level, place)
                 UNION ALL
                SELECT * FROM old) r
         GROUP BY 1, 2, 3, 4, 5),
    kept AS (
        INSERT INTO desk_sums AS s
        SELECT * FROM cells
        ON CONFLICT (subject, level, day, country, place) DO UPDATE
           SET people = s.people + excluded.people, invited = s.invited + excluded.invited, joined = s.joined + excluded.joined,
               passed = s.passed + excluded.passed, certified = s.certified + excluded.certified,
               stuck = s.stuck + excluded.stuck, valid = s.valid + excluded.valid, papers = s.papers + excluded.papers)
    SELECT count(*) INTO taken FROM gone;
    RETURN taken;
END $$;
SELECT desk_refresh(ARRAY(SELECT id FROM persons));
SELECT desk_fold();

-- What the desk shows of today is kept beside the sums by day: one row for each country, centre, organisation and kind
-- of each programme, whose last days are counted for one day. desk_fold makes them anew when the day is another, and
-- adds to them otherwise. So the desk reads eight rows where it read eight times ninety, which lay in as many pages.
-- Nothing runs at midnight: until the next fold a reader takes the days themselves. Which day it is says the caller, also
-- for the days that are over, which are one row.
CREATE TABLE desk_today (
    subject     uuid NOT NULL,
    level       text NOT NULL,
    country     text NOT NULL,
    place       text NOT NULL,
    people      int NOT NULL,
    invited     int NOT NULL,
    joined      int NOT NULL,
    passed      int NOT NULL,
    certified   int NOT NULL,
    stuck       int NOT NULL,
    valid       int NOT NULL,
    lapsed      int NOT NULL,
    expiring_30 int NOT NULL,
    expiring_60 int NOT NULL,
    expiring_90 int NOT NULL,
    PRIMARY KEY (subject, level, country, place)
) WITH (fillfactor = 70);

-- The day that they are of; one row.
CREATE TABLE desk_today_is (
    one bool PRIMARY KEY DEFAULT true CHECK (one),
    day date NOT NULL
);
INSERT INTO desk_today_is (day) VALUES ('-infinity');

DROP FUNCTION desk_fold();
DROP FUNCTION desk_day(date);
CREATE FUNCTION desk_fold(today date) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    taken bigint;
    same boolean;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('desk_fold')) THEN
        RETURN 0;
    END IF;
    UPDATE desk_today_is SET day = today WHERE day <> today;
    same := NOT FOUND;
    WITH gone AS (DELETE FROM desk_changes RETURNING *),
    old AS (DELETE FROM desk_sums WHERE day > '1900-01-01' AND day < today - 2 RETURNING *),
    added AS (
        SELECT g.subject, l.level, g.country, l.place, g.day, people, invited, joined, passed, certified, stuck, valid, papers
          FROM gone g, LATERAL (VALUES ('country', ''), ('centre', g.centre_id::text), ('organisation', g.organisation_id::text),
                                       ('kind', g.kind)) l(level, place)),
    cells AS (
        SELECT subject, level, country, place, CASE WHEN day > '-infinity' AND day < today - 2 THEN '1900-01-01'::date ELSE day END AS day, sum(people) AS people, sum(invited) AS invited, sum(joined) AS joined,
               sum(passed) AS passed, sum(certified) AS certified, sum(stuck) AS stuck, sum(valid) AS valid, sum(papers) AS papers
          FROM (SELECT * FROM added UNION ALL SELECT * FROM old) r
         GROUP BY 1, 2, 3, 4, 5),
    kept AS (
        INSERT INTO desk_sums AS s
        SELECT * FROM cells
        ON CONFLICT (subject, level, day, country, place) DO UPDATE
           SET people = s.people + excluded.people, invited = s.invited + excluded.invited, joined = s.joined + excluded.joined,
               passed = s.passed + excluded.passed, certified = s.certified + excluded.certified,
               stuck = s.stuck + excluded.stuck, valid = s.valid + excluded.valid, papers = s.papers + excluded.papers),
    now AS (
        INSERT INTO desk_today AS t
        SELECT subject, level, country, place, sum(people), sum(invited), sum(joined), sum(passed), sum(certified), sum(stuck),
               coalesce(sum(CASE WHEN day = '-infinity' THEN valid WHEN day < today THEN -valid END), 0),
               coalesce(sum(valid) FILTER (WHERE day > '-infinity' AND day < today), 0),
               coalesce(sum(papers) FILTER (WHERE day BETWEEN today AND today + 30), 0),
               coalesce(sum(papers) FILTER (WHERE day BETWEEN today AND today + 60), 0),
               coalesce(sum(papers) FILTER (WHERE day BETWEEN today AND today + 90), 0)
          FROM added WHERE same GROUP BY 1, 2, 3, 4
        ON CONFLICT (subject, level, country, place) DO UPDATE
           SET people = t.people + excluded.people, invited = t.invited + excluded.invited, joined = t.joined + excluded.joined,
               passed = t.passed + excluded.passed, certified = t.certified + excluded.certified, stuck = t.stuck + excluded.stuck,
               valid = t.valid + excluded.valid, lapsed = t.lapsed + excluded.lapsed, expiring_30 = t.expiring_30 + excluded.expiring_30,
               expiring_60 = t.expiring_60 + excluded.expiring_60, expiring_90 = t.expiring_90 + excluded.expiring_90)
    SELECT count(*) INTO taken FROM gone;
    IF NOT same THEN
        DELETE FROM desk_today;
        INSERT INTO desk_today
        SELECT subject, level, country, place, sum(people), sum(invited), sum(joined), sum(passed), sum(certified), sum(stuck),
               coalesce(sum(CASE WHEN day = '-infinity' THEN valid WHEN day < today THEN -valid END), 0),
               coalesce(sum(valid) FILTER (WHERE day > '-infinity' AND day < today), 0),
               coalesce(sum(papers) FILTER (WHERE day BETWEEN today AND today + 30), 0),
               coalesce(sum(papers) FILTER (WHERE day BETWEEN today AND today + 60), 0),
               coalesce(sum(papers) FILTER (WHERE day BETWEEN today AND today + 90), 0)
          FROM desk_sums GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4;
    END IF;
    RETURN taken;
END $$;

-- Planned once for a few people, the statement that looks at them anew joins them by loops in loops, which many would make
-- quadratic. So many are a few at a time, in order of their ids, as all who lock several rows of people do it.
ALTER FUNCTION desk_refresh(uuid[]) RENAME TO desk_refresh_few;
CREATE FUNCTION desk_refresh(people uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    few constant int := 100;
BEGIN
    IF cardinality(people) > few THEN
        people := ARRAY(SELECT DISTINCT id FROM unnest(people) id ORDER BY id);
        FOR i IN 1 .. cardinality(people) BY few LOOP
            PERFORM desk_refresh_few(people[i : i + few - 1]);
        END LOOP;
    ELSE
        PERFORM desk_refresh_few(people);
    END IF;
END $$;
SELECT desk_fold((now() AT TIME ZONE 'UTC')::date);

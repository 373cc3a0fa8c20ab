-- The schema that all migrations make together, to be read. Written by `make schema`.

CREATE TYPE public.river_job_state AS ENUM (
    'available',
    'cancelled',
    'completed',
    'discarded',
    'pending',
    'retryable',
    'running',
    'scheduled'
);

CREATE FUNCTION public.centre_copies() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE enrolments e SET centre_name = NEW.name
      FROM persons p WHERE p.id = e.person_id AND p.centre_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.desk_evidence_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM desk_refresh(ARRAY(SELECT person_id FROM participations WHERE id = coalesce(NEW.participation_id, OLD.participation_id)));
    RETURN NULL;
END $$;

CREATE FUNCTION public.desk_fact_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.desk_facts_added() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM desk_refresh(ARRAY(SELECT DISTINCT person_id FROM added WHERE person_id IS NOT NULL));
    RETURN NULL;
END $$;

CREATE FUNCTION public.desk_fold(today date) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.desk_kind_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM desk_refresh(ARRAY(SELECT id FROM persons WHERE organisation_id = NEW.id));
    RETURN NULL;
END $$;

CREATE FUNCTION public.desk_people_added() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM desk_refresh(ARRAY(SELECT id FROM added));
    RETURN NULL;
END $$;

CREATE FUNCTION public.desk_person_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM desk_refresh(ARRAY[NEW.id]);
    RETURN NULL;
END $$;

CREATE FUNCTION public.desk_refresh(people uuid[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.desk_refresh_few(people uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    PERFORM FROM desk_standings WHERE person_id = ANY (people) AND subject IS NOT DISTINCT FROM nobody ORDER BY person_id FOR NO KEY UPDATE;
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
               state IN ('invited', 'active') AND (
                   -- The last try at something in a course of the programme failed.
                   EXISTS (SELECT FROM enrolments e JOIN courses c ON c.id = e.course_id JOIN programme_versions v ON v.id = pa.version_id
                            WHERE e.person_id = pa.person_id AND e.standing = 'stuck'
                              AND EXISTS (SELECT FROM json_array_elements(CASE json_typeof(v.definition -> 'components') WHEN 'array' THEN v.definition -> 'components' ELSE '[]' END) k
                                           WHERE k ->> 'course' = c.key))
                   -- Something that was handed in was refused, and nothing was handed in for the same component since.
                   OR EXISTS (SELECT FROM programme_evidence r WHERE r.participation_id = pa.id AND r.state = 'refused'
                                 AND NOT EXISTS (SELECT FROM programme_evidence l WHERE l.participation_id = pa.id AND l.component = r.component
                                                    AND (l.state = 'accepted' OR l.handed_in_at > r.handed_in_at)))) AS stuck,
               NULL::date AS valid_until
          FROM participations pa WHERE person_id = ANY (people) AND state IS DISTINCT FROM 'withdrawn'
        UNION ALL
        SELECT person_id, coalesce(programme_id, course_id), false, false, false, false, false, max(coalesce(expires_on, 'infinity'))
          FROM certificates WHERE person_id = ANY (people) AND kind = 'achievement' AND state IS NOT DISTINCT FROM 'valid' GROUP BY 1, 2
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

CREATE FUNCTION public.desk_standings_added() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.desk_standings_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.desk_standings_gone() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.enrolment_copies() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    SELECT p.sort_name, p.country, coalesce(c.name, '')
      INTO NEW.sort_name, NEW.country, NEW.centre_name
      FROM persons p LEFT JOIN centres c ON c.id = p.centre_id
     WHERE p.id = NEW.person_id;
    RETURN NEW;
END $$;

CREATE FUNCTION public.enrolment_totals() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.cohort_id = NEW.cohort_id AND OLD.standing = NEW.standing THEN
        UPDATE cohort_totals
           SET required_done = required_done + NEW.required_done - OLD.required_done,
               required_total = required_total + NEW.required_total - OLD.required_total,
               scored = scored + (NEW.score IS NOT NULL)::int - (OLD.score IS NOT NULL)::int,
               score_sum = score_sum + coalesce(NEW.score * 100, 0)::bigint - coalesce(OLD.score * 100, 0)::bigint
         WHERE cohort_id = NEW.cohort_id AND shard = get_byte(uuid_send(NEW.id), 15) & 7 AND standing = NEW.standing;
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        PERFORM FROM cohort_totals
          WHERE shard = get_byte(uuid_send(NEW.id), 15) & 7
            AND (cohort_id = OLD.cohort_id AND standing = OLD.standing OR cohort_id = NEW.cohort_id AND standing = NEW.standing)
          ORDER BY cohort_id, standing
            FOR UPDATE;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.cohort_id IS NOT NULL AND OLD.standing <> 'withdrawn' THEN
        UPDATE cohort_totals
           SET people = people - 1, required_done = required_done - OLD.required_done,
               required_total = required_total - OLD.required_total, scored = scored - (OLD.score IS NOT NULL)::int,
               score_sum = score_sum - coalesce(OLD.score * 100, 0)::bigint
         WHERE cohort_id = OLD.cohort_id AND shard = get_byte(uuid_send(OLD.id), 15) & 7 AND standing = OLD.standing;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.cohort_id IS NOT NULL AND NEW.standing <> 'withdrawn' THEN
        INSERT INTO cohort_totals AS t
        VALUES (NEW.cohort_id, get_byte(uuid_send(NEW.id), 15) & 7, NEW.standing, 1, NEW.required_done, NEW.required_total,
                (NEW.score IS NOT NULL)::int, coalesce(NEW.score * 100, 0)::bigint)
        ON CONFLICT (cohort_id, shard, standing) DO UPDATE
           SET people = t.people + 1, required_done = t.required_done + excluded.required_done,
               required_total = t.required_total + excluded.required_total,
               scored = t.scored + excluded.scored, score_sum = t.score_sum + excluded.score_sum;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.enrolment_totals_inserted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO cohort_totals AS t
    SELECT cohort_id, get_byte(uuid_send(id), 15) & 7 AS shard, standing, count(*), sum(required_done), sum(required_total),
           count(score), coalesce(sum(score * 100), 0)::bigint
      FROM added
     WHERE cohort_id IS NOT NULL AND standing <> 'withdrawn'
     GROUP BY cohort_id, shard, standing
     ORDER BY cohort_id, shard, standing          -- the same order for all, against deadlocks
    ON CONFLICT (cohort_id, shard, standing) DO UPDATE
       SET people = t.people + excluded.people, required_done = t.required_done + excluded.required_done,
           required_total = t.required_total + excluded.required_total,
           scored = t.scored + excluded.scored, score_sum = t.score_sum + excluded.score_sum;
    RETURN NULL;
END $$;

CREATE FUNCTION public.name_keys(own text, latin text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
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

CREATE FUNCTION public.organisations_kind_alone() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM FROM organisations WHERE id = NEW.id FOR UPDATE;
    RETURN NEW;
END $$;

CREATE FUNCTION public.participations_moved() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO participations_changed (participation_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION public.participations_of_enrolments() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO participations_changed (participation_id)
    SELECT p.id FROM added a JOIN participations p ON p.person_id = a.person_id AND p.state <> 'withdrawn' ORDER BY p.id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.participations_of_evidence() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO participations_changed (participation_id) VALUES (NEW.participation_id);
    RETURN NULL;
END $$;

CREATE FUNCTION public.participations_of_person() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO participations_changed (participation_id)
    SELECT id FROM participations
     WHERE person_id = CASE TG_OP WHEN 'DELETE' THEN OLD.person_id ELSE NEW.person_id END AND state <> 'withdrawn';
    RETURN NULL;
END $$;

CREATE FUNCTION public.participations_of_progress() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO participations_changed (participation_id)
    SELECT p.id FROM enrolments e JOIN participations p ON p.person_id = e.person_id AND p.state <> 'withdrawn'
     WHERE e.id = NEW.enrolment_id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.person_copies() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE enrolments e
       SET sort_name = NEW.sort_name, country = NEW.country,
           centre_name = coalesce((SELECT c.name FROM centres c WHERE c.id = NEW.centre_id), '')
     WHERE e.person_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.river_job_state_in_bitmask(bitmask bit, state public.river_job_state) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE state
        WHEN 'available' THEN get_bit(bitmask, 7)
        WHEN 'cancelled' THEN get_bit(bitmask, 6)
        WHEN 'completed' THEN get_bit(bitmask, 5)
        WHEN 'discarded' THEN get_bit(bitmask, 4)
        WHEN 'pending'   THEN get_bit(bitmask, 3)
        WHEN 'retryable' THEN get_bit(bitmask, 2)
        WHEN 'running'   THEN get_bit(bitmask, 1)
        WHEN 'scheduled' THEN get_bit(bitmask, 0)
        ELSE 0
    END = 1
$$;

CREATE TABLE public.activity_progress (
    enrolment_id uuid NOT NULL,
    activity_key text NOT NULL,
    revision integer NOT NULL,
    state text NOT NULL,
    score numeric(5,2),
    first_seen_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT activity_progress_state_check CHECK ((state = ANY (ARRAY['seen'::text, 'in-progress'::text, 'submitted'::text, 'to-mark'::text, 'done'::text, 'failed'::text])))
);

CREATE TABLE public.allowances (
    id uuid NOT NULL,
    enrolment_id uuid NOT NULL,
    activity_key text NOT NULL,
    extra_attempts integer DEFAULT 0 NOT NULL,
    extra_minutes integer DEFAULT 0 NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    granted_by uuid,
    granted_at timestamp with time zone NOT NULL,
    CONSTRAINT allowances_extra_attempts_check CHECK (((extra_attempts >= 0) AND (extra_attempts <= 20))),
    CONSTRAINT allowances_extra_minutes_check CHECK (((extra_minutes >= 0) AND (extra_minutes <= 600)))
);

CREATE TABLE public.answers (
    attempt_id uuid NOT NULL,
    id uuid NOT NULL,
    question_key text NOT NULL,
    revision bigint NOT NULL,
    content json NOT NULL,
    received_at timestamp with time zone NOT NULL,
    late boolean DEFAULT false NOT NULL,
    newest boolean DEFAULT true NOT NULL,
    answered smallint DEFAULT 0 NOT NULL
);

CREATE TABLE public.attempts (
    id uuid NOT NULL,
    enrolment_id uuid NOT NULL,
    version_id uuid NOT NULL,
    activity_key text NOT NULL,
    kind text NOT NULL,
    number integer NOT NULL,
    role text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    paper json NOT NULL,
    started_at timestamp with time zone NOT NULL,
    deadline_at timestamp with time zone,
    grace_until timestamp with time zone,
    submitted_at timestamp with time zone,
    points numeric(8,3),
    max_points numeric(8,3),
    percent numeric(5,2),
    passed boolean,
    result json,
    CONSTRAINT attempts_kind_check CHECK ((kind = ANY (ARRAY['quiz'::text, 'interview'::text, 'desk'::text]))),
    CONSTRAINT attempts_state_check CHECK ((state = ANY (ARRAY['open'::text, 'to-mark'::text, 'scored'::text])))
);

CREATE TABLE public.audit_events (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
);

ALTER TABLE public.audit_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.calendar_feeds (
    person_id uuid NOT NULL,
    code text NOT NULL,
    made_at timestamp with time zone NOT NULL
);

CREATE TABLE public.centres (
    id uuid NOT NULL,
    name text NOT NULL,
    country text NOT NULL,
    time_zone text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT centres_name_check CHECK ((name <> ''::text))
);

CREATE TABLE public.certificate_batch_items (
    batch_id uuid NOT NULL,
    number integer NOT NULL,
    participation_id uuid,
    certificate_id uuid,
    state text DEFAULT 'waiting'::text NOT NULL,
    problem text DEFAULT ''::text NOT NULL,
    CONSTRAINT certificate_batch_items_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'done'::text, 'refused'::text])))
);

CREATE TABLE public.certificate_batches (
    id uuid NOT NULL,
    task text NOT NULL,
    programme_id uuid,
    kind text NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    total integer NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    refused integer DEFAULT 0 NOT NULL,
    file_sha256 text DEFAULT ''::text NOT NULL,
    file_bytes bigint DEFAULT 0 NOT NULL,
    asked_by uuid,
    asked_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    grants text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT certificate_batches_kind_check CHECK ((kind = ANY (ARRAY['achievement'::text, 'participation'::text]))),
    CONSTRAINT certificate_batches_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'gone'::text]))),
    CONSTRAINT certificate_batches_task_check CHECK ((task = ANY (ARRAY['issue'::text, 'zip'::text])))
);

CREATE TABLE public.certificate_events (
    certificate_id uuid NOT NULL,
    number integer NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    state text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT certificate_events_reason_check CHECK ((length(reason) <= 500)),
    CONSTRAINT certificate_events_state_check CHECK ((state = ANY (ARRAY['valid'::text, 'suspended'::text, 'revoked'::text, 'superseded'::text, 'erased'::text])))
);

CREATE TABLE public.certificate_pictures (
    id uuid NOT NULL,
    programme_id uuid,
    file_sha256 text NOT NULL,
    file_type text NOT NULL,
    file_bytes bigint NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    uploaded_by uuid
);

CREATE TABLE public.certificate_places (
    certificate_id uuid NOT NULL,
    list integer NOT NULL,
    place integer NOT NULL,
    CONSTRAINT certificate_places_list_check CHECK ((list > 0)),
    CONSTRAINT certificate_places_place_check CHECK (((place >= 0) AND (place <= 131071)))
);

CREATE TABLE public.certificate_templates (
    id uuid NOT NULL,
    programme_id uuid,
    language text NOT NULL,
    number integer NOT NULL,
    body json NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by uuid
);

CREATE TABLE public.certificates (
    id uuid NOT NULL,
    serial text NOT NULL,
    person_id uuid,
    enrolment_id uuid,
    course_id uuid,
    award uuid NOT NULL,
    issue_no integer DEFAULT 1 NOT NULL,
    claim text NOT NULL,
    seal bytea NOT NULL,
    key_id text NOT NULL,
    state text DEFAULT 'valid'::text NOT NULL,
    state_reason text DEFAULT ''::text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_on date,
    programme_id uuid,
    participation_id uuid,
    kind text DEFAULT 'achievement'::text NOT NULL,
    superseded_by text,
    changed_at timestamp with time zone,
    origin text DEFAULT 'issued'::text NOT NULL,
    template_id uuid,
    renew_from date,
    paper_number text DEFAULT ''::text NOT NULL,
    scan_sha256 text DEFAULT ''::text NOT NULL,
    scan_type text DEFAULT ''::text NOT NULL,
    scan_bytes bigint DEFAULT 0 NOT NULL,
    CONSTRAINT certificates_kind_check CHECK ((kind = ANY (ARRAY['achievement'::text, 'participation'::text]))),
    CONSTRAINT certificates_of CHECK (((course_id IS NOT NULL) OR (programme_id IS NOT NULL) OR (origin = 'paper'::text))),
    CONSTRAINT certificates_origin_check CHECK ((origin = ANY (ARRAY['issued'::text, 'paper'::text]))),
    CONSTRAINT certificates_paper_number_check CHECK ((length(paper_number) <= 100)),
    CONSTRAINT certificates_paper_unsealed CHECK (((origin <> 'paper'::text) OR ((seal = '\x'::bytea) AND (key_id = ''::text)))),
    CONSTRAINT certificates_state_check CHECK ((state = ANY (ARRAY['valid'::text, 'suspended'::text, 'revoked'::text, 'superseded'::text, 'erased'::text])))
);

CREATE TABLE public.cohort_dates (
    cohort_id uuid NOT NULL,
    activity_key text NOT NULL,
    due_at timestamp with time zone,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone,
    place text DEFAULT ''::text NOT NULL,
    link text DEFAULT ''::text NOT NULL
);

CREATE TABLE public.cohort_totals (
    cohort_id uuid NOT NULL,
    shard smallint NOT NULL,
    standing text NOT NULL,
    people integer NOT NULL,
    required_done bigint NOT NULL,
    required_total bigint NOT NULL,
    scored integer NOT NULL,
    score_sum bigint NOT NULL
)
WITH (fillfactor='50');

CREATE TABLE public.cohorts (
    id uuid NOT NULL,
    course_id uuid NOT NULL,
    name text NOT NULL,
    country text,
    centre_id uuid,
    starts_on date,
    ends_on date,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT cohorts_check CHECK ((ends_on >= starts_on)),
    CONSTRAINT cohorts_name_check CHECK ((name <> ''::text))
);

CREATE TABLE public.countries (
    code text NOT NULL,
    CONSTRAINT countries_code_check CHECK ((code ~ '^[A-Z]{2}$'::text))
);

CREATE TABLE public.course_assets (
    version_id uuid NOT NULL,
    path text NOT NULL,
    sha256 text NOT NULL,
    bytes bigint NOT NULL,
    media_type text NOT NULL
);

CREATE TABLE public.course_versions (
    id uuid NOT NULL,
    course_id uuid NOT NULL,
    number integer NOT NULL,
    digest text NOT NULL,
    document json NOT NULL,
    problems json DEFAULT '[]'::json NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by uuid,
    CONSTRAINT course_versions_number_check CHECK ((number > 0))
);

CREATE TABLE public.courses (
    id uuid NOT NULL,
    key text NOT NULL,
    open boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    current_version_id uuid
);

CREATE TABLE public.day_attendance (
    day_id uuid NOT NULL,
    person_id uuid NOT NULL,
    state text NOT NULL,
    minutes integer NOT NULL,
    evidence text NOT NULL,
    recorded_by uuid,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT day_attendance_evidence_check CHECK ((evidence = ANY (ARRAY['code'::text, 'tick'::text, 'sheet'::text]))),
    CONSTRAINT day_attendance_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT day_attendance_state_check CHECK ((state = ANY (ARRAY['present'::text, 'part'::text, 'absent'::text])))
);

CREATE TABLE public.day_sheets (
    id uuid NOT NULL,
    day_id uuid NOT NULL,
    file_name text NOT NULL,
    file_type text NOT NULL,
    file_sha256 text NOT NULL,
    file_bytes bigint NOT NULL,
    uploaded_by uuid,
    uploaded_at timestamp with time zone NOT NULL
);

CREATE TABLE public.desk_action_people (
    action_id uuid NOT NULL,
    person_id uuid NOT NULL,
    outcome text
);

CREATE TABLE public.desk_actions (
    id uuid NOT NULL,
    kind text NOT NULL,
    args jsonb NOT NULL,
    filter jsonb NOT NULL,
    asked_by uuid,
    grants text[] NOT NULL,
    language text NOT NULL,
    total integer NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT desk_actions_kind_check CHECK ((kind = ANY (ARRAY['assign'::text, 'enrol'::text, 'remind'::text, 'issue'::text, 'extend'::text, 'suspend'::text, 'reinstate'::text, 'revoke'::text])))
);

CREATE TABLE public.desk_changes (
    number bigint NOT NULL,
    subject uuid NOT NULL,
    country text NOT NULL,
    centre_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    kind text NOT NULL,
    day date NOT NULL,
    people integer NOT NULL,
    invited integer NOT NULL,
    joined integer NOT NULL,
    passed integer NOT NULL,
    certified integer NOT NULL,
    stuck integer NOT NULL,
    valid integer NOT NULL,
    papers integer NOT NULL
);

ALTER TABLE public.desk_changes ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.desk_changes_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.desk_standings (
    person_id uuid NOT NULL,
    subject uuid NOT NULL,
    country text NOT NULL,
    centre_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    kind text NOT NULL,
    invited boolean NOT NULL,
    joined boolean NOT NULL,
    passed boolean NOT NULL,
    certified boolean NOT NULL,
    stuck boolean NOT NULL,
    valid_until date
);

CREATE TABLE public.desk_sums (
    subject uuid NOT NULL,
    level text NOT NULL,
    country text NOT NULL,
    place text NOT NULL,
    day date NOT NULL,
    people integer NOT NULL,
    invited integer NOT NULL,
    joined integer NOT NULL,
    passed integer NOT NULL,
    certified integer NOT NULL,
    stuck integer NOT NULL,
    valid integer NOT NULL,
    papers integer NOT NULL,
    CONSTRAINT desk_sums_level_check CHECK ((level = ANY (ARRAY['country'::text, 'centre'::text, 'organisation'::text, 'kind'::text])))
)
WITH (fillfactor='70');

CREATE TABLE public.desk_today (
    subject uuid NOT NULL,
    level text NOT NULL,
    country text NOT NULL,
    place text NOT NULL,
    people integer NOT NULL,
    invited integer NOT NULL,
    joined integer NOT NULL,
    passed integer NOT NULL,
    certified integer NOT NULL,
    stuck integer NOT NULL,
    valid integer NOT NULL,
    lapsed integer NOT NULL,
    expiring_30 integer NOT NULL,
    expiring_60 integer NOT NULL,
    expiring_90 integer NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE public.desk_today_is (
    one boolean DEFAULT true NOT NULL,
    day date NOT NULL,
    CONSTRAINT desk_today_is_one_check CHECK (one)
);

CREATE TABLE public.distinct_people (
    one uuid NOT NULL,
    other uuid NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT distinct_people_check CHECK ((one < other))
);

CREATE TABLE public.due_dates (
    enrolment_id uuid NOT NULL,
    activity_key text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    set_by uuid,
    set_at timestamp with time zone NOT NULL
);

CREATE TABLE public.enrolment_rules (
    id uuid NOT NULL,
    cohort_id uuid,
    programme_id uuid,
    filter json NOT NULL,
    active boolean DEFAULT true NOT NULL,
    made_by uuid,
    changed_at timestamp with time zone NOT NULL,
    ran_at timestamp with time zone,
    added integer DEFAULT 0 NOT NULL,
    failure text DEFAULT ''::text NOT NULL,
    reach jsonb DEFAULT '[{}]'::jsonb NOT NULL,
    CONSTRAINT enrolment_rules_check CHECK (((cohort_id IS NULL) <> (programme_id IS NULL)))
);

CREATE TABLE public.enrolments (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    course_id uuid NOT NULL,
    version_id uuid NOT NULL,
    cohort_id uuid,
    state text DEFAULT 'active'::text NOT NULL,
    enrolled_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    last_seen_at timestamp with time zone,
    completed_at timestamp with time zone,
    required_total integer DEFAULT 0 NOT NULL,
    required_done integer DEFAULT 0 NOT NULL,
    score numeric(5,2),
    stuck_on text DEFAULT ''::text NOT NULL,
    done text DEFAULT ''::text NOT NULL,
    sort_name text DEFAULT ''::text NOT NULL,
    country text,
    centre_name text DEFAULT ''::text NOT NULL,
    standing text GENERATED ALWAYS AS (
CASE
    WHEN (state = 'completed'::text) THEN 'completed'::text
    WHEN (state = 'withdrawn'::text) THEN 'withdrawn'::text
    WHEN (stuck_on <> ''::text) THEN 'stuck'::text
    WHEN (started_at IS NULL) THEN 'not-started'::text
    ELSE 'active'::text
END) STORED NOT NULL,
    CONSTRAINT enrolments_state_check CHECK ((state = ANY (ARRAY['active'::text, 'completed'::text, 'withdrawn'::text])))
);

CREATE TABLE public.exercise_messages (
    id uuid NOT NULL,
    table_id uuid NOT NULL,
    number integer NOT NULL,
    enrolment_id uuid NOT NULL,
    part text NOT NULL,
    body text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    CONSTRAINT exercise_messages_body_check CHECK (((length(body) >= 1) AND (length(body) <= 1000)))
);

CREATE TABLE public.exercise_seats (
    table_id uuid NOT NULL,
    part text NOT NULL,
    enrolment_id uuid NOT NULL,
    activity_key text NOT NULL,
    agreed integer,
    sat_at timestamp with time zone NOT NULL
);

CREATE TABLE public.exercise_tables (
    id uuid NOT NULL,
    cohort_id uuid NOT NULL,
    version_id uuid NOT NULL,
    activity_key text NOT NULL,
    number integer NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    changed integer DEFAULT 1 NOT NULL,
    proposal json DEFAULT '{}'::json NOT NULL,
    proposal_version integer DEFAULT 0 NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    done_at timestamp with time zone,
    CONSTRAINT exercise_tables_state_check CHECK ((state = ANY (ARRAY['open'::text, 'started'::text, 'done'::text])))
);

CREATE TABLE public.followup_answers (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    programme_id uuid NOT NULL,
    country text,
    months smallint NOT NULL,
    answers json NOT NULL,
    answered_on date NOT NULL,
    by_supervisor boolean DEFAULT false NOT NULL
);

CREATE TABLE public.followup_doors (
    followup_id uuid NOT NULL,
    door_hash bytea NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    answered boolean DEFAULT false NOT NULL
);

CREATE TABLE public.followup_supervisors (
    participation_id uuid NOT NULL,
    email text NOT NULL,
    language text NOT NULL,
    named_by uuid,
    named_at timestamp with time zone NOT NULL,
    times smallint DEFAULT 1 NOT NULL,
    CONSTRAINT followup_supervisors_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
    CONSTRAINT followup_supervisors_language_check CHECK ((language ~ '^[a-z]{2}$'::text))
);

CREATE TABLE public.followups (
    id uuid NOT NULL,
    participation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    months smallint NOT NULL,
    due_on date NOT NULL,
    asked_at timestamp with time zone,
    answered boolean DEFAULT false NOT NULL,
    CONSTRAINT followups_months_check CHECK ((months = ANY (ARRAY[3, 6, 12])))
);

CREATE TABLE public.hook_deliveries (
    id uuid NOT NULL,
    hook_id uuid NOT NULL,
    entry bigint NOT NULL,
    event text NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    status integer DEFAULT 0 NOT NULL,
    problem text DEFAULT ''::text NOT NULL,
    tried_at timestamp with time zone,
    CONSTRAINT hook_deliveries_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'failing'::text, 'done'::text, 'given-up'::text, 'gone'::text])))
);

CREATE TABLE public.hooks (
    id uuid NOT NULL,
    kind text NOT NULL,
    url text NOT NULL,
    secret text NOT NULL,
    login text DEFAULT ''::text NOT NULL,
    events text[] NOT NULL,
    paused boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    told bigint NOT NULL,
    CONSTRAINT hooks_kind_check CHECK ((kind = ANY (ARRAY['webhook'::text, 'xapi'::text]))),
    CONSTRAINT hooks_login_check CHECK ((length(login) <= 200)),
    CONSTRAINT hooks_url_check CHECK (((length(url) >= 8) AND (length(url) <= 500)))
);

CREATE TABLE public.import_made (
    import_id uuid NOT NULL,
    kind text NOT NULL,
    id uuid NOT NULL,
    person_id uuid,
    CONSTRAINT import_made_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'enrolment'::text, 'joined'::text, 'participation'::text, 'paper'::text, 'organisation'::text])))
);

CREATE TABLE public.import_rows (
    import_id uuid NOT NULL,
    line integer NOT NULL,
    cells text[] NOT NULL,
    problems jsonb DEFAULT '[]'::jsonb NOT NULL,
    level smallint DEFAULT 0 NOT NULL,
    decision text DEFAULT ''::text NOT NULL,
    same_as uuid,
    same_line integer,
    person_id uuid,
    CONSTRAINT import_rows_decision_check CHECK ((decision = ANY (ARRAY[''::text, 'same'::text, 'new'::text, 'skip'::text])))
);

CREATE TABLE public.imports (
    id uuid NOT NULL,
    made_by uuid,
    made_at timestamp with time zone NOT NULL,
    country text,
    centre_id uuid,
    state text DEFAULT 'open'::text NOT NULL,
    file_name text NOT NULL,
    format json NOT NULL,
    heads text[] NOT NULL,
    head_line integer NOT NULL,
    mapping json NOT NULL,
    rows integer NOT NULL,
    faults integer DEFAULT 0 NOT NULL,
    questions integer DEFAULT 0 NOT NULL,
    counts json DEFAULT '{}'::json NOT NULL,
    totals json DEFAULT '[]'::json NOT NULL,
    failure text DEFAULT ''::text NOT NULL,
    applied_by uuid,
    applied_at timestamp with time zone,
    undone_at timestamp with time zone,
    CONSTRAINT imports_state_check CHECK ((state = ANY (ARRAY['open'::text, 'applying'::text, 'applied'::text, 'undone'::text, 'dropped'::text])))
);

CREATE TABLE public.indicators (
    id uuid NOT NULL,
    key text NOT NULL,
    country text,
    definition json NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT indicators_key_check CHECK ((key ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text))
);

CREATE TABLE public.language_reviews (
    course_id uuid NOT NULL,
    language text NOT NULL,
    reviewed_at timestamp with time zone NOT NULL,
    reviewed_by uuid,
    CONSTRAINT language_reviews_language_check CHECK ((language ~ '^[a-z]{2,3}$'::text))
);

CREATE TABLE public.mails (
    id uuid NOT NULL,
    person_id uuid,
    webinar_id text,
    language text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    address text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    html text NOT NULL,
    method text DEFAULT ''::text NOT NULL,
    calendar text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    fault text DEFAULT ''::text NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    next_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    CONSTRAINT mails_address_check CHECK (((length(address) >= 3) AND (length(address) <= 254))),
    CONSTRAINT mails_method_check CHECK ((method = ANY (ARRAY[''::text, 'REQUEST'::text, 'CANCEL'::text]))),
    CONSTRAINT mails_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sending'::text, 'sent'::text, 'failed'::text]))),
    CONSTRAINT mails_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 300)))
);

CREATE TABLE public.marks (
    id uuid NOT NULL,
    attempt_id uuid NOT NULL,
    question_key text NOT NULL,
    points numeric(8,3) NOT NULL,
    comment text DEFAULT ''::text NOT NULL,
    marked_by uuid,
    marked_at timestamp with time zone NOT NULL
);

CREATE TABLE public.memberships (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    role text NOT NULL,
    scope_kind text NOT NULL,
    country text,
    scope_id uuid,
    granted_by uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT memberships_check CHECK (((scope_kind = 'country'::text) = (country IS NOT NULL))),
    CONSTRAINT memberships_check1 CHECK (((scope_kind = ANY (ARRAY['course'::text, 'cohort'::text, 'centre'::text])) = (scope_id IS NOT NULL))),
    CONSTRAINT memberships_role_check CHECK ((role = ANY (ARRAY['trainee'::text, 'trainer'::text, 'author'::text, 'facilitator'::text, 'interpreter'::text, 'coordinator'::text, 'admin'::text]))),
    CONSTRAINT memberships_scope_kind_check CHECK ((scope_kind = ANY (ARRAY['all'::text, 'country'::text, 'course'::text, 'cohort'::text, 'centre'::text])))
);

CREATE TABLE public.one_time_codes (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);

CREATE TABLE public.organisations (
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    country text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT organisations_kind_check CHECK ((kind = ANY (ARRAY['state'::text, 'municipality'::text, 'ngo'::text, 'international'::text, 'library'::text, 'police'::text, 'education'::text, 'health'::text, 'other'::text]))),
    CONSTRAINT organisations_name_check CHECK ((name <> ''::text))
);

CREATE TABLE public.outcome_notes (
    id uuid NOT NULL,
    programme_id uuid NOT NULL,
    country text,
    happened_on date NOT NULL,
    words text NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    author_id uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT outcome_notes_source_check CHECK ((length(source) <= 500)),
    CONSTRAINT outcome_notes_words_check CHECK (((length(words) >= 1) AND (length(words) <= 4000)))
);

CREATE TABLE public.participations (
    id uuid NOT NULL,
    programme_id uuid NOT NULL,
    version_id uuid NOT NULL,
    person_id uuid NOT NULL,
    state text DEFAULT 'invited'::text NOT NULL,
    categories jsonb DEFAULT '{}'::jsonb NOT NULL,
    trained_by uuid,
    generation integer,
    invited_at timestamp with time zone NOT NULL,
    joined_at timestamp with time zone,
    passed_at timestamp with time zone,
    certified_at timestamp with time zone,
    done integer DEFAULT 0 NOT NULL,
    needed integer DEFAULT 0 NOT NULL,
    missing text[] DEFAULT '{}'::text[] NOT NULL,
    standing json,
    explained_at timestamp with time zone,
    CONSTRAINT participations_state_check CHECK ((state = ANY (ARRAY['invited'::text, 'active'::text, 'passed'::text, 'certified'::text, 'withdrawn'::text])))
);

CREATE TABLE public.participations_changed (
    participation_id uuid NOT NULL,
    number bigint NOT NULL
);

ALTER TABLE public.participations_changed ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.participations_changed_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.person_aliases (
    login text NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT person_aliases_login_check CHECK ((login = lower(login)))
);

CREATE TABLE public.persons (
    id uuid NOT NULL,
    given_name text NOT NULL,
    family_name text NOT NULL,
    latin_given text DEFAULT ''::text NOT NULL,
    latin_family text DEFAULT ''::text NOT NULL,
    email text,
    login text,
    password_hash text,
    language text DEFAULT 'en'::text NOT NULL,
    theme text DEFAULT 'auto'::text NOT NULL,
    country text,
    countries text[] DEFAULT '{}'::text[] NOT NULL,
    organisation_id uuid,
    centre_id uuid,
    sex text DEFAULT 'not-stated'::text NOT NULL,
    birth_year smallint,
    state text DEFAULT 'active'::text NOT NULL,
    sort_name text GENERATED ALWAYS AS (lower(((family_name || ' '::text) || given_name))) STORED NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone,
    phone text DEFAULT ''::text NOT NULL,
    job text DEFAULT 'not-stated'::text NOT NULL,
    disability text DEFAULT 'not-stated'::text NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(((((((((((((family_name || ' '::text) || given_name) || ' '::text) || latin_family) || ' '::text) || latin_given) || ' '::text) || COALESCE(email, ''::text)) || ' '::text) || COALESCE(login, ''::text)) || ' '::text) || phone))) STORED NOT NULL,
    name_keys text[] GENERATED ALWAYS AS (public.name_keys(((given_name || ' '::text) || family_name), ((latin_given || ' '::text) || latin_family))) STORED NOT NULL,
    merged_into uuid,
    CONSTRAINT persons_birth_year_check CHECK (((birth_year >= 1900) AND (birth_year <= 2100))),
    CONSTRAINT persons_disability_check CHECK ((disability = ANY (ARRAY['not-stated'::text, 'yes'::text, 'no'::text]))),
    CONSTRAINT persons_job_check CHECK ((job = ANY (ARRAY['not-stated'::text, 'social-worker'::text, 'lawyer'::text, 'librarian'::text, 'police'::text, 'civil-servant'::text, 'educator'::text, 'health'::text, 'psychologist'::text, 'interpreter'::text, 'manager'::text, 'volunteer'::text, 'other'::text]))),
    CONSTRAINT persons_phone_check CHECK ((length(phone) <= 32)),
    CONSTRAINT persons_sex_check CHECK ((sex = ANY (ARRAY['female'::text, 'male'::text, 'not-stated'::text]))),
    CONSTRAINT persons_state_check CHECK ((state = ANY (ARRAY['active'::text, 'blocked'::text, 'erased'::text]))),
    CONSTRAINT persons_theme_check CHECK ((theme = ANY (ARRAY['auto'::text, 'light'::text, 'dark'::text])))
);

CREATE TABLE public.posts (
    id uuid NOT NULL,
    cohort_id uuid,
    course_id uuid NOT NULL,
    activity_key text NOT NULL,
    parent_id uuid,
    enrolment_id uuid,
    author_id uuid NOT NULL,
    body text NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    hidden_at timestamp with time zone,
    hidden_by uuid,
    hidden_why text DEFAULT ''::text NOT NULL,
    CONSTRAINT posts_body_check CHECK (((length(body) >= 1) AND (length(body) <= 8000)))
);

CREATE TABLE public.programme_days (
    id uuid NOT NULL,
    programme_id uuid NOT NULL,
    component text NOT NULL,
    title text NOT NULL,
    country text NOT NULL,
    centre_id uuid,
    place text DEFAULT ''::text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    code_secret bytea,
    CONSTRAINT programme_days_check CHECK ((ends_at > starts_at)),
    CONSTRAINT programme_days_place_check CHECK ((length(place) <= 200)),
    CONSTRAINT programme_days_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);

CREATE TABLE public.programme_evidence (
    id uuid NOT NULL,
    participation_id uuid NOT NULL,
    component text NOT NULL,
    kind text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    obtained_on date,
    file_name text DEFAULT ''::text NOT NULL,
    file_type text DEFAULT ''::text NOT NULL,
    file_sha256 text DEFAULT ''::text NOT NULL,
    file_bytes bigint DEFAULT 0 NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    handed_in_at timestamp with time zone NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    CONSTRAINT programme_evidence_kind_check CHECK ((kind = ANY (ARRAY['evidence'::text, 'practice'::text]))),
    CONSTRAINT programme_evidence_reason_check CHECK ((length(reason) <= 500)),
    CONSTRAINT programme_evidence_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'accepted'::text, 'refused'::text]))),
    CONSTRAINT programme_evidence_words_check CHECK ((length(words) <= 2000))
);

CREATE TABLE public.programme_versions (
    id uuid NOT NULL,
    programme_id uuid NOT NULL,
    number integer NOT NULL,
    definition json NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by uuid
);

CREATE TABLE public.programme_webinars (
    programme_id uuid NOT NULL,
    component text NOT NULL,
    webinar_id text NOT NULL
);

CREATE TABLE public.programmes (
    id uuid NOT NULL,
    key text NOT NULL,
    country text,
    draft json NOT NULL,
    created_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT programmes_key_check CHECK ((key ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text))
);

CREATE TABLE public.recognitions (
    id uuid NOT NULL,
    issuer text NOT NULL,
    programme_id uuid,
    body text NOT NULL,
    country text,
    valid_from date,
    valid_until date,
    conditions json DEFAULT '{}'::json NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by uuid,
    CONSTRAINT recognitions_body_check CHECK (((length(body) >= 1) AND (length(body) <= 200))),
    CONSTRAINT recognitions_check CHECK ((valid_until >= valid_from)),
    CONSTRAINT recognitions_issuer_check CHECK (((length(issuer) >= 1) AND (length(issuer) <= 200))),
    CONSTRAINT recognitions_source_check CHECK ((length(source) <= 300))
);

CREATE TABLE public.record_entries (
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    person_id uuid,
    salt bytea,
    digest bytea NOT NULL,
    erased bigint[],
    "position" bigint,
    hash bytea
);

ALTER TABLE public.record_entries ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.record_entries_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.record_heads (
    "position" bigint NOT NULL,
    hash bytea NOT NULL,
    at timestamp with time zone NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL
);

CREATE TABLE public.reminders (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    reason text NOT NULL,
    about text NOT NULL,
    in_window text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    day date,
    channel text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    sent_by uuid,
    outcome text DEFAULT ''::text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    seen_at timestamp with time zone,
    CONSTRAINT reminders_channel_check CHECK ((channel = ANY (ARRAY['mail'::text, 'sms'::text, 'call'::text]))),
    CONSTRAINT reminders_outcome_check CHECK ((outcome = ANY (ARRAY[''::text, 'reached'::text, 'not-reached'::text, 'wrong-number'::text]))),
    CONSTRAINT reminders_reason_check CHECK ((reason = ANY (ARRAY['expiring'::text, 'not-started'::text, 'stuck'::text, 'webinar'::text, 'by-hand'::text])))
);

CREATE TABLE public.report_files (
    report_id uuid NOT NULL,
    kind text NOT NULL,
    sha256 text NOT NULL,
    bytes bigint NOT NULL,
    CONSTRAINT report_files_kind_check CHECK ((kind = ANY (ARRAY['pdf'::text, 'xlsx'::text, 'csv'::text, 'json'::text]))),
    CONSTRAINT report_files_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE public.report_totals (
    id uuid NOT NULL,
    programme_id uuid NOT NULL,
    country text NOT NULL,
    what text NOT NULL,
    from_day date NOT NULL,
    to_day date NOT NULL,
    sex text DEFAULT 'not-stated'::text NOT NULL,
    age text DEFAULT 'not-stated'::text NOT NULL,
    count integer NOT NULL,
    source text NOT NULL,
    author_id uuid,
    entered_at timestamp with time zone NOT NULL,
    CONSTRAINT report_totals_age_check CHECK ((age = ANY (ARRAY['0-17'::text, '18-24'::text, '25-34'::text, '35-44'::text, '45-54'::text, '55-64'::text, '65+'::text, 'not-stated'::text]))),
    CONSTRAINT report_totals_check CHECK ((to_day >= from_day)),
    CONSTRAINT report_totals_count_check CHECK (((count >= 0) AND (count <= 1000000))),
    CONSTRAINT report_totals_sex_check CHECK ((sex = ANY (ARRAY['female'::text, 'male'::text, 'not-stated'::text]))),
    CONSTRAINT report_totals_source_check CHECK (((length(source) >= 1) AND (length(source) <= 300))),
    CONSTRAINT report_totals_what_check CHECK ((what ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text))
);

CREATE TABLE public.reports (
    id uuid NOT NULL,
    programme_id uuid NOT NULL,
    country text,
    title text NOT NULL,
    language text NOT NULL,
    from_day date NOT NULL,
    to_day date NOT NULL,
    threshold integer NOT NULL,
    indicators text[] NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    frozen_at timestamp with time zone,
    frozen_by uuid,
    content json,
    digest text,
    countries text[],
    CONSTRAINT reports_check CHECK ((to_day >= from_day)),
    CONSTRAINT reports_check1 CHECK ((((frozen_at IS NULL) = (content IS NULL)) AND ((frozen_at IS NULL) = (digest IS NULL)))),
    CONSTRAINT reports_check2 CHECK (((countries IS NULL) OR ((country IS NULL) AND (cardinality(countries) > 1)))),
    CONSTRAINT reports_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT reports_language_check CHECK ((language ~ '^[a-z]{2}$'::text)),
    CONSTRAINT reports_threshold_check CHECK (((threshold >= 3) AND (threshold <= 50))),
    CONSTRAINT reports_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);

CREATE TABLE public.river_job (
    id bigint NOT NULL,
    state public.river_job_state DEFAULT 'available'::public.river_job_state NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    max_attempts smallint DEFAULT 25 NOT NULL,
    attempted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finalized_at timestamp with time zone,
    scheduled_at timestamp with time zone DEFAULT now() NOT NULL,
    priority smallint DEFAULT 1 NOT NULL,
    args jsonb NOT NULL,
    attempted_by text[],
    errors jsonb[],
    kind text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    queue text DEFAULT 'default'::text NOT NULL,
    tags character varying(255)[] DEFAULT '{}'::character varying[] NOT NULL,
    unique_key bytea,
    unique_states bit(8),
    CONSTRAINT river_job_check CHECK (((finalized_at IS NOT NULL) = (state = ANY (ARRAY['cancelled'::public.river_job_state, 'completed'::public.river_job_state, 'discarded'::public.river_job_state])))),
    CONSTRAINT river_job_kind_check CHECK (((length(kind) >= 1) AND (length(kind) <= 127))),
    CONSTRAINT river_job_max_attempts_check CHECK ((max_attempts > 0)),
    CONSTRAINT river_job_priority_check CHECK (((priority >= 1) AND (priority <= 4))),
    CONSTRAINT river_job_queue_check CHECK (((length(queue) >= 1) AND (length(queue) <= 127)))
);

CREATE SEQUENCE public.river_job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.river_job_id_seq OWNED BY public.river_job.id;

CREATE UNLOGGED TABLE public.river_leader (
    elected_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    leader_id text NOT NULL,
    name text DEFAULT 'default'::text NOT NULL,
    CONSTRAINT river_leader_leader_id_check CHECK (((length(leader_id) >= 1) AND (length(leader_id) <= 127))),
    CONSTRAINT river_leader_name_check CHECK ((name = 'default'::text))
);

CREATE TABLE public.river_notification (
    id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    payload text NOT NULL,
    topic text NOT NULL,
    CONSTRAINT river_notification_topic_check CHECK (((length(topic) >= 1) AND (length(topic) <= 127)))
);

CREATE SEQUENCE public.river_notification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.river_notification_id_seq OWNED BY public.river_notification.id;

CREATE TABLE public.river_queue (
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    paused_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.schema_migrations (
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.sealed_notes (
    enrolment_id uuid NOT NULL,
    activity_key text NOT NULL,
    revision bigint NOT NULL,
    ciphertext text NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT sealed_notes_ciphertext_check CHECK ((length(ciphertext) <= 131072))
);

CREATE TABLE public.sessions (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    refresh_hash bytea NOT NULL,
    previous_hash bytea,
    rotated_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    end_reason text
);

CREATE TABLE public.sign_in_failures (
    key_hash bytea NOT NULL,
    failures integer NOT NULL,
    first_at timestamp with time zone NOT NULL,
    blocked_until timestamp with time zone
);

CREATE TABLE public.submissions (
    id uuid NOT NULL,
    enrolment_id uuid NOT NULL,
    activity_key text NOT NULL,
    kind text NOT NULL,
    number integer NOT NULL,
    fields json,
    file_name text DEFAULT ''::text NOT NULL,
    file_sha256 text DEFAULT ''::text NOT NULL,
    file_bytes bigint DEFAULT 0 NOT NULL,
    file_type text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'handed-in'::text NOT NULL,
    handed_in_at timestamp with time zone NOT NULL,
    points numeric(8,3),
    rubric json,
    feedback text DEFAULT ''::text NOT NULL,
    returned_by uuid,
    returned_at timestamp with time zone,
    CONSTRAINT submissions_kind_check CHECK ((kind = ANY (ARRAY['worksheet'::text, 'file'::text]))),
    CONSTRAINT submissions_state_check CHECK ((state = ANY (ARRAY['handed-in'::text, 'returned'::text])))
);

CREATE TABLE public.survey_responses (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    version_id uuid NOT NULL,
    activity_key text NOT NULL,
    enrolment_id uuid,
    answers json NOT NULL,
    answered_on date NOT NULL
);

CREATE TABLE public.webinar_corrections (
    webinar_id text NOT NULL,
    number integer NOT NULL,
    kind text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    author_id uuid,
    reason text NOT NULL,
    who text DEFAULT ''::text NOT NULL,
    person_id uuid,
    name text DEFAULT ''::text NOT NULL,
    centre_id uuid,
    from_at timestamp with time zone,
    to_at timestamp with time zone,
    paper_id uuid,
    withdraws integer DEFAULT 0 NOT NULL,
    key text DEFAULT ''::text NOT NULL,
    CONSTRAINT webinar_corrections_check CHECK ((to_at > from_at)),
    CONSTRAINT webinar_corrections_kind_check CHECK ((kind = ANY (ARRAY['add'::text, 'change'::text, 'strike'::text, 'match'::text, 'withdraw'::text]))),
    CONSTRAINT webinar_corrections_reason_check CHECK (((length(reason) >= 3) AND (length(reason) <= 500)))
);

CREATE TABLE public.webinar_credits (
    webinar_id text NOT NULL,
    enrolment_id uuid NOT NULL,
    state text NOT NULL,
    minutes integer NOT NULL,
    percent integer NOT NULL,
    evidence text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT webinar_credits_state_check CHECK ((state = ANY (ARRAY['given'::text, 'taken'::text, 'review'::text])))
);

CREATE TABLE public.webinar_events (
    webinar_id text NOT NULL,
    number bigint NOT NULL,
    kind text NOT NULL,
    at timestamp with time zone NOT NULL,
    seat text DEFAULT ''::text NOT NULL,
    person_id uuid,
    centre_id uuid,
    name text DEFAULT ''::text NOT NULL,
    entry text DEFAULT ''::text NOT NULL,
    state text DEFAULT ''::text NOT NULL,
    evidence text DEFAULT ''::text NOT NULL,
    detail text DEFAULT ''::text NOT NULL
);

CREATE TABLE public.webinar_guests (
    id uuid NOT NULL,
    webinar_id text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    language text NOT NULL,
    code text NOT NULL,
    CONSTRAINT webinar_guests_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
    CONSTRAINT webinar_guests_language_check CHECK ((language ~ '^[a-z]{2,3}$'::text)),
    CONSTRAINT webinar_guests_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
);

CREATE TABLE public.webinar_invitations (
    webinar_id text NOT NULL,
    person_id uuid,
    guest_id uuid,
    sequence integer NOT NULL,
    invited_at timestamp with time zone NOT NULL,
    CONSTRAINT webinar_invitations_check CHECK (((person_id IS NULL) <> (guest_id IS NULL)))
);

CREATE TABLE public.webinar_items (
    webinar_id text NOT NULL,
    began_at timestamp with time zone NOT NULL,
    part text NOT NULL,
    key text NOT NULL,
    at timestamp with time zone NOT NULL,
    person_id uuid,
    name text DEFAULT ''::text NOT NULL,
    body jsonb NOT NULL,
    seat text DEFAULT ''::text NOT NULL,
    CONSTRAINT webinar_items_part_check CHECK ((part = ANY (ARRAY['chat'::text, 'question'::text, 'poll'::text, 'file'::text, 'deck'::text, 'notes'::text])))
);

CREATE TABLE public.webinar_minutes (
    webinar_id text NOT NULL,
    person_id uuid NOT NULL,
    minutes integer NOT NULL,
    percent integer NOT NULL,
    floor integer NOT NULL,
    evidence text NOT NULL,
    spans json NOT NULL,
    counted_at timestamp with time zone NOT NULL
);

CREATE TABLE public.webinar_objections (
    webinar_id text NOT NULL,
    person_id uuid NOT NULL,
    text text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT webinar_objections_text_check CHECK (((length(text) >= 1) AND (length(text) <= 2000)))
);

CREATE TABLE public.webinar_papers (
    id uuid NOT NULL,
    webinar_id text NOT NULL,
    centre_id uuid,
    file_name text NOT NULL,
    file_type text NOT NULL,
    file_sha256 text NOT NULL,
    file_bytes bigint NOT NULL,
    uploaded_by uuid,
    uploaded_at timestamp with time zone NOT NULL
);

CREATE TABLE public.webinar_people (
    webinar_id text NOT NULL,
    person_id uuid NOT NULL,
    role text NOT NULL,
    CONSTRAINT webinar_people_role_check CHECK ((role = ANY (ARRAY['host'::text, 'speaker'::text])))
);

CREATE TABLE public.webinar_sites (
    webinar_id text NOT NULL,
    centre_id uuid NOT NULL
);

CREATE TABLE public.webinars (
    id text NOT NULL,
    title text NOT NULL,
    language text NOT NULL,
    agenda json DEFAULT '[]'::json NOT NULL,
    country text,
    cohort_id uuid,
    activity_key text DEFAULT ''::text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    waiting_room boolean DEFAULT true NOT NULL,
    guest_code text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    cancelled_at timestamp with time zone,
    sequence integer DEFAULT 0 NOT NULL,
    cancel_reason text DEFAULT ''::text NOT NULL,
    site_grace smallint DEFAULT 10 NOT NULL,
    floor_share smallint DEFAULT 85 NOT NULL,
    keep_days smallint DEFAULT 365 NOT NULL,
    journal_base bigint DEFAULT 0 NOT NULL,
    tidied_at timestamp with time zone,
    polls jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT webinars_cancel_reason_check CHECK ((length(cancel_reason) <= 500)),
    CONSTRAINT webinars_check CHECK ((ends_at > starts_at)),
    CONSTRAINT webinars_floor_share_check CHECK (((floor_share >= 1) AND (floor_share <= 100))),
    CONSTRAINT webinars_id_check CHECK ((id ~ '^[A-Za-z0-9_-]{1,64}$'::text)),
    CONSTRAINT webinars_keep_days_check CHECK (((keep_days >= 1) AND (keep_days <= 3650))),
    CONSTRAINT webinars_language_check CHECK ((language ~ '^[a-z]{2,3}$'::text)),
    CONSTRAINT webinars_site_grace_check CHECK (((site_grace >= 0) AND (site_grace <= 240))),
    CONSTRAINT webinars_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);

ALTER TABLE ONLY public.river_job ALTER COLUMN id SET DEFAULT nextval('public.river_job_id_seq'::regclass);

ALTER TABLE ONLY public.river_notification ALTER COLUMN id SET DEFAULT nextval('public.river_notification_id_seq'::regclass);

ALTER TABLE ONLY public.activity_progress
    ADD CONSTRAINT activity_progress_pkey PRIMARY KEY (enrolment_id, activity_key);

ALTER TABLE ONLY public.allowances
    ADD CONSTRAINT allowances_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.answers
    ADD CONSTRAINT answers_pkey PRIMARY KEY (attempt_id, id);

ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_enrolment_id_activity_key_number_key UNIQUE (enrolment_id, activity_key, number);

ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.calendar_feeds
    ADD CONSTRAINT calendar_feeds_code_key UNIQUE (code);

ALTER TABLE ONLY public.calendar_feeds
    ADD CONSTRAINT calendar_feeds_pkey PRIMARY KEY (person_id);

ALTER TABLE ONLY public.centres
    ADD CONSTRAINT centres_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.certificate_batch_items
    ADD CONSTRAINT certificate_batch_items_pkey PRIMARY KEY (batch_id, number);

ALTER TABLE ONLY public.certificate_batches
    ADD CONSTRAINT certificate_batches_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.certificate_events
    ADD CONSTRAINT certificate_events_pkey PRIMARY KEY (certificate_id, number);

ALTER TABLE ONLY public.certificate_pictures
    ADD CONSTRAINT certificate_pictures_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.certificate_pictures
    ADD CONSTRAINT certificate_pictures_programme_id_file_sha256_key UNIQUE NULLS NOT DISTINCT (programme_id, file_sha256);

ALTER TABLE ONLY public.certificate_places
    ADD CONSTRAINT certificate_places_list_place_key UNIQUE (list, place);

ALTER TABLE ONLY public.certificate_places
    ADD CONSTRAINT certificate_places_pkey PRIMARY KEY (certificate_id);

ALTER TABLE ONLY public.certificate_templates
    ADD CONSTRAINT certificate_templates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.certificate_templates
    ADD CONSTRAINT certificate_templates_programme_id_language_number_key UNIQUE NULLS NOT DISTINCT (programme_id, language, number);

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_serial_key UNIQUE (serial);

ALTER TABLE ONLY public.cohort_dates
    ADD CONSTRAINT cohort_dates_pkey PRIMARY KEY (cohort_id, activity_key);

ALTER TABLE ONLY public.cohort_totals
    ADD CONSTRAINT cohort_totals_pkey PRIMARY KEY (cohort_id, shard, standing);

ALTER TABLE ONLY public.cohorts
    ADD CONSTRAINT cohorts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.countries
    ADD CONSTRAINT countries_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.course_assets
    ADD CONSTRAINT course_assets_pkey PRIMARY KEY (version_id, path);

ALTER TABLE ONLY public.course_versions
    ADD CONSTRAINT course_versions_course_id_digest_key UNIQUE (course_id, digest);

ALTER TABLE ONLY public.course_versions
    ADD CONSTRAINT course_versions_course_id_number_key UNIQUE (course_id, number);

ALTER TABLE ONLY public.course_versions
    ADD CONSTRAINT course_versions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.courses
    ADD CONSTRAINT courses_key_key UNIQUE (key);

ALTER TABLE ONLY public.courses
    ADD CONSTRAINT courses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.day_attendance
    ADD CONSTRAINT day_attendance_pkey PRIMARY KEY (day_id, person_id);

ALTER TABLE ONLY public.day_sheets
    ADD CONSTRAINT day_sheets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.desk_action_people
    ADD CONSTRAINT desk_action_people_pkey PRIMARY KEY (action_id, person_id);

ALTER TABLE ONLY public.desk_actions
    ADD CONSTRAINT desk_actions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.desk_changes
    ADD CONSTRAINT desk_changes_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.desk_standings
    ADD CONSTRAINT desk_standings_pkey PRIMARY KEY (person_id, subject);

ALTER TABLE ONLY public.desk_sums
    ADD CONSTRAINT desk_sums_pkey PRIMARY KEY (subject, level, day, country, place);

ALTER TABLE ONLY public.desk_today_is
    ADD CONSTRAINT desk_today_is_pkey PRIMARY KEY (one);

ALTER TABLE ONLY public.desk_today
    ADD CONSTRAINT desk_today_pkey PRIMARY KEY (subject, level, country, place);

ALTER TABLE ONLY public.distinct_people
    ADD CONSTRAINT distinct_people_pkey PRIMARY KEY (one, other);

ALTER TABLE ONLY public.due_dates
    ADD CONSTRAINT due_dates_pkey PRIMARY KEY (enrolment_id, activity_key);

ALTER TABLE ONLY public.enrolment_rules
    ADD CONSTRAINT enrolment_rules_cohort_id_key UNIQUE (cohort_id);

ALTER TABLE ONLY public.enrolment_rules
    ADD CONSTRAINT enrolment_rules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.enrolment_rules
    ADD CONSTRAINT enrolment_rules_programme_maker_key UNIQUE (programme_id, made_by);

ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT enrolments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exercise_messages
    ADD CONSTRAINT exercise_messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exercise_messages
    ADD CONSTRAINT exercise_messages_table_id_number_key UNIQUE (table_id, number);

ALTER TABLE ONLY public.exercise_seats
    ADD CONSTRAINT exercise_seats_enrolment_id_activity_key_key UNIQUE (enrolment_id, activity_key);

ALTER TABLE ONLY public.exercise_seats
    ADD CONSTRAINT exercise_seats_pkey PRIMARY KEY (table_id, part);

ALTER TABLE ONLY public.exercise_tables
    ADD CONSTRAINT exercise_tables_cohort_id_activity_key_number_key UNIQUE (cohort_id, activity_key, number);

ALTER TABLE ONLY public.exercise_tables
    ADD CONSTRAINT exercise_tables_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_answers
    ADD CONSTRAINT followup_answers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_doors
    ADD CONSTRAINT followup_doors_door_hash_key UNIQUE (door_hash);

ALTER TABLE ONLY public.followup_doors
    ADD CONSTRAINT followup_doors_pkey PRIMARY KEY (followup_id);

ALTER TABLE ONLY public.followup_supervisors
    ADD CONSTRAINT followup_supervisors_pkey PRIMARY KEY (participation_id);

ALTER TABLE ONLY public.followups
    ADD CONSTRAINT followups_participation_id_months_key UNIQUE (participation_id, months);

ALTER TABLE ONLY public.followups
    ADD CONSTRAINT followups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hook_deliveries
    ADD CONSTRAINT hook_deliveries_hook_id_entry_key UNIQUE (hook_id, entry);

ALTER TABLE ONLY public.hook_deliveries
    ADD CONSTRAINT hook_deliveries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hooks
    ADD CONSTRAINT hooks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.import_made
    ADD CONSTRAINT import_made_pkey PRIMARY KEY (import_id, kind, id);

ALTER TABLE ONLY public.import_rows
    ADD CONSTRAINT import_rows_pkey PRIMARY KEY (import_id, line);

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.indicators
    ADD CONSTRAINT indicators_key_key UNIQUE (key);

ALTER TABLE ONLY public.indicators
    ADD CONSTRAINT indicators_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.language_reviews
    ADD CONSTRAINT language_reviews_pkey PRIMARY KEY (course_id, language);

ALTER TABLE ONLY public.mails
    ADD CONSTRAINT mails_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.marks
    ADD CONSTRAINT marks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.one_time_codes
    ADD CONSTRAINT one_time_codes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.organisations
    ADD CONSTRAINT organisations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outcome_notes
    ADD CONSTRAINT outcome_notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.participations_changed
    ADD CONSTRAINT participations_changed_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.participations
    ADD CONSTRAINT participations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.person_aliases
    ADD CONSTRAINT person_aliases_pkey PRIMARY KEY (login);

ALTER TABLE ONLY public.persons
    ADD CONSTRAINT persons_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.programme_days
    ADD CONSTRAINT programme_days_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.programme_evidence
    ADD CONSTRAINT programme_evidence_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.programme_versions
    ADD CONSTRAINT programme_versions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.programme_versions
    ADD CONSTRAINT programme_versions_programme_id_number_key UNIQUE (programme_id, number);

ALTER TABLE ONLY public.programme_webinars
    ADD CONSTRAINT programme_webinars_pkey PRIMARY KEY (programme_id, component, webinar_id);

ALTER TABLE ONLY public.programmes
    ADD CONSTRAINT programmes_key_key UNIQUE (key);

ALTER TABLE ONLY public.programmes
    ADD CONSTRAINT programmes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.recognitions
    ADD CONSTRAINT recognitions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.record_entries
    ADD CONSTRAINT record_entries_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.record_entries
    ADD CONSTRAINT record_entries_position_key UNIQUE ("position");

ALTER TABLE ONLY public.record_heads
    ADD CONSTRAINT record_heads_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.report_files
    ADD CONSTRAINT report_files_pkey PRIMARY KEY (report_id, kind);

ALTER TABLE ONLY public.report_totals
    ADD CONSTRAINT report_totals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.river_job
    ADD CONSTRAINT river_job_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.river_leader
    ADD CONSTRAINT river_leader_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.river_notification
    ADD CONSTRAINT river_notification_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.river_queue
    ADD CONSTRAINT river_queue_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.sealed_notes
    ADD CONSTRAINT sealed_notes_pkey PRIMARY KEY (enrolment_id, activity_key);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sign_in_failures
    ADD CONSTRAINT sign_in_failures_pkey PRIMARY KEY (key_hash);

ALTER TABLE ONLY public.submissions
    ADD CONSTRAINT submissions_enrolment_id_activity_key_number_key UNIQUE (enrolment_id, activity_key, number);

ALTER TABLE ONLY public.submissions
    ADD CONSTRAINT submissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.survey_responses
    ADD CONSTRAINT survey_responses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webinar_corrections
    ADD CONSTRAINT webinar_corrections_pkey PRIMARY KEY (webinar_id, number);

ALTER TABLE ONLY public.webinar_credits
    ADD CONSTRAINT webinar_credits_pkey PRIMARY KEY (webinar_id, enrolment_id);

ALTER TABLE ONLY public.webinar_events
    ADD CONSTRAINT webinar_events_pkey PRIMARY KEY (webinar_id, number);

ALTER TABLE ONLY public.webinar_guests
    ADD CONSTRAINT webinar_guests_code_key UNIQUE (code);

ALTER TABLE ONLY public.webinar_guests
    ADD CONSTRAINT webinar_guests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webinar_items
    ADD CONSTRAINT webinar_items_pkey PRIMARY KEY (webinar_id, began_at, part, key);

ALTER TABLE ONLY public.webinar_minutes
    ADD CONSTRAINT webinar_minutes_pkey PRIMARY KEY (webinar_id, person_id);

ALTER TABLE ONLY public.webinar_objections
    ADD CONSTRAINT webinar_objections_pkey PRIMARY KEY (webinar_id, person_id);

ALTER TABLE ONLY public.webinar_papers
    ADD CONSTRAINT webinar_papers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webinar_people
    ADD CONSTRAINT webinar_people_pkey PRIMARY KEY (webinar_id, person_id);

ALTER TABLE ONLY public.webinar_sites
    ADD CONSTRAINT webinar_sites_pkey PRIMARY KEY (webinar_id, centre_id);

ALTER TABLE ONLY public.webinars
    ADD CONSTRAINT webinars_guest_code_key UNIQUE (guest_code);

ALTER TABLE ONLY public.webinars
    ADD CONSTRAINT webinars_pkey PRIMARY KEY (id);

CREATE INDEX allowances_enrolment ON public.allowances USING btree (enrolment_id, activity_key);

CREATE UNIQUE INDEX attempts_one_open ON public.attempts USING btree (enrolment_id, activity_key) WHERE (state = 'open'::text);

CREATE INDEX attempts_to_mark ON public.attempts USING btree (enrolment_id) WHERE (state = 'to-mark'::text);

CREATE INDEX attempts_version ON public.attempts USING btree (version_id, activity_key) WHERE (state <> 'open'::text);

CREATE INDEX audit_events_actor ON public.audit_events USING btree (actor_id, id DESC);

CREATE INDEX audit_events_subject ON public.audit_events USING btree (subject_kind, subject_id, id DESC);

CREATE UNIQUE INDEX centres_name_key ON public.centres USING btree (country, lower(name));

CREATE INDEX certificate_batch_items_certificate ON public.certificate_batch_items USING btree (certificate_id) WHERE (certificate_id IS NOT NULL);

CREATE INDEX certificate_batch_items_participation ON public.certificate_batch_items USING btree (participation_id) WHERE (participation_id IS NOT NULL);

CREATE INDEX certificate_batch_items_waiting ON public.certificate_batch_items USING btree (batch_id, number) WHERE (state = 'waiting'::text);

CREATE INDEX certificate_batches_asked ON public.certificate_batches USING btree (asked_by, asked_at DESC);

CREATE UNIQUE INDEX certificates_award ON public.certificates USING btree (award, kind, issue_no);

CREATE INDEX certificates_expiry ON public.certificates USING btree (expires_on, id) WHERE (state = 'valid'::text);

CREATE INDEX certificates_participation ON public.certificates USING btree (participation_id) WHERE (participation_id IS NOT NULL);

CREATE INDEX certificates_person ON public.certificates USING btree (person_id, issued_at DESC);

CREATE INDEX certificates_programme ON public.certificates USING btree (programme_id) WHERE (programme_id IS NOT NULL);

CREATE INDEX certificates_scan ON public.certificates USING btree (scan_sha256) WHERE (scan_sha256 <> ''::text);

CREATE INDEX certificates_superseded_by ON public.certificates USING btree (superseded_by) WHERE (superseded_by IS NOT NULL);

CREATE INDEX certificates_template ON public.certificates USING btree (template_id) WHERE (template_id IS NOT NULL);

CREATE INDEX cohorts_course ON public.cohorts USING btree (course_id);

CREATE INDEX day_attendance_person ON public.day_attendance USING btree (person_id);

CREATE INDEX day_sheets_by ON public.day_sheets USING btree (uploaded_by);

CREATE INDEX day_sheets_day ON public.day_sheets USING btree (day_id);

CREATE INDEX day_sheets_file ON public.day_sheets USING btree (file_sha256);

CREATE INDEX desk_action_people_person ON public.desk_action_people USING btree (person_id);

CREATE INDEX desk_standings_none ON public.desk_standings USING btree (subject, person_id) WHERE (NOT invited);

CREATE INDEX desk_standings_stuck ON public.desk_standings USING btree (subject, person_id) WHERE stuck;

CREATE INDEX desk_standings_until ON public.desk_standings USING btree (subject, COALESCE(valid_until, 'infinity'::date), person_id);

CREATE INDEX desk_sums_day ON public.desk_sums USING btree (day);

CREATE INDEX distinct_people_other ON public.distinct_people USING btree (other);

CREATE INDEX enrolments_by_centre ON public.enrolments USING btree (cohort_id, centre_name, id) WHERE (state <> 'withdrawn'::text);

CREATE INDEX enrolments_by_country ON public.enrolments USING btree (cohort_id, country NULLS FIRST, id) WHERE (state <> 'withdrawn'::text);

CREATE INDEX enrolments_by_name ON public.enrolments USING btree (cohort_id, sort_name, id) WHERE (state <> 'withdrawn'::text);

CREATE INDEX enrolments_by_progress ON public.enrolments USING btree (cohort_id, required_done, id) WHERE (state <> 'withdrawn'::text);

CREATE INDEX enrolments_by_score ON public.enrolments USING btree (cohort_id, score NULLS FIRST, id) WHERE (state <> 'withdrawn'::text);

CREATE INDEX enrolments_by_seen ON public.enrolments USING btree (cohort_id, last_seen_at NULLS FIRST, id) WHERE (state <> 'withdrawn'::text);

CREATE INDEX enrolments_by_standing ON public.enrolments USING btree (cohort_id, standing, id) WHERE (state <> 'withdrawn'::text);

CREATE UNIQUE INDEX enrolments_once ON public.enrolments USING btree (person_id, course_id) WHERE (state <> 'withdrawn'::text);

CREATE INDEX enrolments_person ON public.enrolments USING btree (person_id);

CREATE INDEX enrolments_stuck ON public.enrolments USING btree (person_id) WHERE (standing = 'stuck'::text);

CREATE INDEX enrolments_version ON public.enrolments USING btree (version_id);

CREATE INDEX exercise_messages_enrolment ON public.exercise_messages USING btree (enrolment_id);

CREATE INDEX followup_answers_programme ON public.followup_answers USING btree (programme_id, months);

CREATE INDEX followups_due ON public.followups USING btree (due_on) WHERE (asked_at IS NULL);

CREATE INDEX followups_person ON public.followups USING btree (person_id);

CREATE INDEX hook_deliveries_newest ON public.hook_deliveries USING btree (hook_id, entry DESC);

CREATE INDEX import_made_person ON public.import_made USING btree (person_id);

CREATE INDEX import_rows_level ON public.import_rows USING btree (import_id, level, line);

CREATE INDEX import_rows_person ON public.import_rows USING btree (person_id) WHERE (person_id IS NOT NULL);

CREATE INDEX import_rows_same ON public.import_rows USING btree (same_as) WHERE (same_as IS NOT NULL);

CREATE INDEX imports_made ON public.imports USING btree (made_at DESC);

CREATE INDEX mails_due ON public.mails USING btree (next_at) WHERE (state = ANY (ARRAY['waiting'::text, 'sending'::text]));

CREATE INDEX mails_person ON public.mails USING btree (person_id);

CREATE INDEX mails_queued ON public.mails USING btree (queued_at);

CREATE INDEX mails_webinar ON public.mails USING btree (webinar_id);

CREATE INDEX marks_attempt ON public.marks USING btree (attempt_id, question_key, marked_at DESC);

CREATE UNIQUE INDEX memberships_once ON public.memberships USING btree (person_id, role, scope_kind, COALESCE(country, ''::text), COALESCE(scope_id, '00000000-0000-0000-0000-000000000000'::uuid));

CREATE UNIQUE INDEX one_time_codes_hash ON public.one_time_codes USING btree (code_hash);

CREATE INDEX one_time_codes_person ON public.one_time_codes USING btree (person_id);

CREATE UNIQUE INDEX organisations_name_key ON public.organisations USING btree (country, lower(name));

CREATE INDEX outcome_notes_programme ON public.outcome_notes USING btree (programme_id, happened_on);

CREATE INDEX participations_changed_participation ON public.participations_changed USING btree (participation_id);

CREATE UNIQUE INDEX participations_once ON public.participations USING btree (programme_id, person_id) WHERE (state <> 'withdrawn'::text);

CREATE INDEX participations_person ON public.participations USING btree (person_id);

CREATE INDEX participations_state ON public.participations USING btree (programme_id, state, id);

CREATE INDEX participations_trainer ON public.participations USING btree (trained_by) WHERE (trained_by IS NOT NULL);

CREATE INDEX person_aliases_person ON public.person_aliases USING btree (person_id);

CREATE INDEX persons_centre ON public.persons USING btree (centre_id);

CREATE INDEX persons_country ON public.persons USING btree (country, sort_name);

CREATE UNIQUE INDEX persons_email_key ON public.persons USING btree (lower(email));

CREATE UNIQUE INDEX persons_login_key ON public.persons USING btree (lower(login));

CREATE INDEX persons_merged_into ON public.persons USING btree (merged_into) WHERE (merged_into IS NOT NULL);

CREATE INDEX persons_name_keys ON public.persons USING gin (name_keys);

CREATE INDEX persons_seen ON public.persons USING btree (COALESCE(last_seen_at, '-infinity'::timestamp with time zone), id);

CREATE INDEX persons_sort_name ON public.persons USING btree (sort_name, id);

CREATE INDEX posts_thread ON public.posts USING btree (course_id, activity_key, cohort_id, posted_at);

CREATE INDEX programme_days_coded ON public.programme_days USING btree (ends_at) WHERE (code_secret IS NOT NULL);

CREATE INDEX programme_evidence_participation ON public.programme_evidence USING btree (participation_id);

CREATE INDEX programme_evidence_waiting ON public.programme_evidence USING btree (participation_id) WHERE (state = 'waiting'::text);

CREATE INDEX programme_webinars_webinar ON public.programme_webinars USING btree (webinar_id);

CREATE INDEX recognitions_issuer ON public.recognitions USING btree (issuer);

CREATE INDEX record_entries_person ON public.record_entries USING btree (person_id) WHERE (person_id IS NOT NULL);

CREATE INDEX record_entries_waiting ON public.record_entries USING btree (number) WHERE ("position" IS NULL);

CREATE INDEX reminders_calls ON public.reminders USING btree (person_id) WHERE ((channel = 'call'::text) AND (sent_at IS NULL));

CREATE INDEX reminders_made ON public.reminders USING btree (made_at DESC, id);

CREATE UNIQUE INDEX reminders_once ON public.reminders USING btree (person_id, reason, about, in_window);

CREATE INDEX reminders_sms ON public.reminders USING btree (made_at) WHERE ((channel = 'sms'::text) AND (sent_at IS NULL));

CREATE INDEX report_totals_programme ON public.report_totals USING btree (programme_id, what, to_day);

CREATE INDEX reports_programme ON public.reports USING btree (programme_id, frozen_at);

CREATE INDEX river_job_fetching ON public.river_job USING btree (state, queue, priority, scheduled_at, id);

CREATE INDEX river_job_finalized ON public.river_job USING btree (state, finalized_at) WHERE (finalized_at IS NOT NULL);

CREATE INDEX river_job_kind ON public.river_job USING btree (kind);

CREATE UNIQUE INDEX river_job_unique_idx ON public.river_job USING btree (unique_key) WHERE ((unique_key IS NOT NULL) AND (unique_states IS NOT NULL) AND public.river_job_state_in_bitmask(unique_states, state));

CREATE INDEX river_notification_created ON public.river_notification USING btree (created_at);

CREATE INDEX river_notification_topic ON public.river_notification USING btree (topic, id);

CREATE INDEX sessions_person ON public.sessions USING btree (person_id) WHERE (ended_at IS NULL);

CREATE INDEX sessions_previous ON public.sessions USING btree (previous_hash);

CREATE UNIQUE INDEX sessions_refresh ON public.sessions USING btree (refresh_hash);

CREATE INDEX submissions_enrolment_waiting ON public.submissions USING btree (enrolment_id) WHERE (state = 'handed-in'::text);

CREATE INDEX submissions_waiting ON public.submissions USING btree (handed_in_at) WHERE (state = 'handed-in'::text);

CREATE UNIQUE INDEX survey_responses_once ON public.survey_responses USING btree (enrolment_id, activity_key);

CREATE INDEX webinar_corrections_author ON public.webinar_corrections USING btree (author_id);

CREATE UNIQUE INDEX webinar_corrections_key ON public.webinar_corrections USING btree (webinar_id, key) WHERE (key <> ''::text);

CREATE INDEX webinar_corrections_person ON public.webinar_corrections USING btree (person_id);

CREATE INDEX webinar_credits_enrolment ON public.webinar_credits USING btree (enrolment_id);

CREATE INDEX webinar_events_person ON public.webinar_events USING btree (person_id);

CREATE UNIQUE INDEX webinar_guests_once ON public.webinar_guests USING btree (webinar_id, lower(email));

CREATE UNIQUE INDEX webinar_invitations_guest ON public.webinar_invitations USING btree (webinar_id, guest_id) WHERE (guest_id IS NOT NULL);

CREATE INDEX webinar_invitations_of ON public.webinar_invitations USING btree (person_id);

CREATE UNIQUE INDEX webinar_invitations_person ON public.webinar_invitations USING btree (webinar_id, person_id) WHERE (person_id IS NOT NULL);

CREATE INDEX webinar_items_person ON public.webinar_items USING btree (person_id);

CREATE INDEX webinar_minutes_person ON public.webinar_minutes USING btree (person_id);

CREATE INDEX webinar_objections_person ON public.webinar_objections USING btree (person_id);

CREATE INDEX webinar_papers_by ON public.webinar_papers USING btree (uploaded_by);

CREATE INDEX webinar_papers_file ON public.webinar_papers USING btree (file_sha256);

CREATE INDEX webinar_papers_webinar ON public.webinar_papers USING btree (webinar_id);

CREATE INDEX webinar_people_person ON public.webinar_people USING btree (person_id);

CREATE INDEX webinar_sites_centre ON public.webinar_sites USING btree (centre_id);

CREATE INDEX webinars_cohort ON public.webinars USING btree (cohort_id);

CREATE INDEX webinars_time ON public.webinars USING btree (ends_at);

CREATE TRIGGER activity_progress_participations AFTER UPDATE OF score ON public.activity_progress FOR EACH ROW WHEN ((old.score IS DISTINCT FROM new.score)) EXECUTE FUNCTION public.participations_of_progress();

CREATE TRIGGER activity_progress_participations_insert AFTER INSERT ON public.activity_progress FOR EACH ROW WHEN ((new.score IS NOT NULL)) EXECUTE FUNCTION public.participations_of_progress();

CREATE TRIGGER centres_copies AFTER UPDATE OF name ON public.centres FOR EACH ROW EXECUTE FUNCTION public.centre_copies();

CREATE TRIGGER certificates_participations AFTER UPDATE OF state ON public.certificates FOR EACH ROW WHEN (((new.programme_id IS NOT NULL) AND (old.state <> new.state))) EXECUTE FUNCTION public.participations_of_person();

CREATE TRIGGER certificates_participations_delete AFTER DELETE ON public.certificates FOR EACH ROW WHEN ((old.programme_id IS NOT NULL)) EXECUTE FUNCTION public.participations_of_person();

CREATE TRIGGER certificates_participations_insert AFTER INSERT ON public.certificates FOR EACH ROW WHEN ((new.programme_id IS NOT NULL)) EXECUTE FUNCTION public.participations_of_person();

CREATE TRIGGER certificates_participations_moved AFTER UPDATE OF person_id ON public.certificates FOR EACH ROW WHEN (((new.programme_id IS NOT NULL) AND (old.person_id <> new.person_id))) EXECUTE FUNCTION public.participations_of_person();

CREATE TRIGGER day_attendance_participations AFTER INSERT OR DELETE OR UPDATE ON public.day_attendance FOR EACH ROW EXECUTE FUNCTION public.participations_of_person();

CREATE TRIGGER desk_certificates_delete AFTER DELETE ON public.certificates FOR EACH ROW WHEN ((old.person_id IS NOT NULL)) EXECUTE FUNCTION public.desk_fact_changed();

CREATE TRIGGER desk_certificates_insert AFTER INSERT ON public.certificates REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.desk_facts_added();

CREATE TRIGGER desk_certificates_update AFTER UPDATE OF state, person_id, expires_on, kind ON public.certificates FOR EACH ROW WHEN (((((old.state IS DISTINCT FROM new.state) OR (old.person_id IS DISTINCT FROM new.person_id)) OR (old.expires_on IS DISTINCT FROM new.expires_on)) OR (old.kind IS DISTINCT FROM new.kind))) EXECUTE FUNCTION public.desk_fact_changed();

CREATE TRIGGER desk_enrolments_delete AFTER DELETE ON public.enrolments FOR EACH ROW WHEN ((old.standing = 'stuck'::text)) EXECUTE FUNCTION public.desk_fact_changed();

CREATE TRIGGER desk_enrolments_insert AFTER INSERT ON public.enrolments FOR EACH ROW WHEN ((new.standing = 'stuck'::text)) EXECUTE FUNCTION public.desk_fact_changed();

CREATE TRIGGER desk_enrolments_update AFTER UPDATE ON public.enrolments FOR EACH ROW WHEN ((((old.standing = 'stuck'::text) <> (new.standing = 'stuck'::text)) OR (old.person_id <> new.person_id))) EXECUTE FUNCTION public.desk_fact_changed();

CREATE TRIGGER desk_evidence_delete AFTER DELETE ON public.programme_evidence FOR EACH ROW EXECUTE FUNCTION public.desk_evidence_changed();

CREATE TRIGGER desk_evidence_insert AFTER INSERT ON public.programme_evidence FOR EACH ROW EXECUTE FUNCTION public.desk_evidence_changed();

CREATE TRIGGER desk_evidence_update AFTER UPDATE OF state ON public.programme_evidence FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION public.desk_evidence_changed();

CREATE TRIGGER desk_organisations_kind AFTER UPDATE OF kind ON public.organisations FOR EACH ROW WHEN ((old.kind <> new.kind)) EXECUTE FUNCTION public.desk_kind_changed();

CREATE TRIGGER desk_participations_delete AFTER DELETE ON public.participations FOR EACH ROW EXECUTE FUNCTION public.desk_fact_changed();

CREATE TRIGGER desk_participations_insert AFTER INSERT ON public.participations REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.desk_facts_added();

CREATE TRIGGER desk_participations_update AFTER UPDATE OF state, person_id, programme_id, version_id ON public.participations FOR EACH ROW WHEN (((((old.state IS DISTINCT FROM new.state) OR (old.person_id IS DISTINCT FROM new.person_id)) OR (old.programme_id IS DISTINCT FROM new.programme_id)) OR (old.version_id IS DISTINCT FROM new.version_id))) EXECUTE FUNCTION public.desk_fact_changed();

CREATE TRIGGER desk_persons_insert AFTER INSERT ON public.persons REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.desk_people_added();

CREATE TRIGGER desk_persons_update AFTER UPDATE OF country, centre_id, organisation_id, state ON public.persons FOR EACH ROW WHEN (((((old.country IS DISTINCT FROM new.country) OR (old.centre_id IS DISTINCT FROM new.centre_id)) OR (old.organisation_id IS DISTINCT FROM new.organisation_id)) OR ((old.state = 'erased'::text) IS DISTINCT FROM (new.state = 'erased'::text)))) EXECUTE FUNCTION public.desk_person_changed();

CREATE TRIGGER desk_standings_delete AFTER DELETE ON public.desk_standings REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.desk_standings_gone();

CREATE TRIGGER desk_standings_insert AFTER INSERT ON public.desk_standings REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.desk_standings_added();

CREATE TRIGGER desk_standings_update AFTER UPDATE ON public.desk_standings REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.desk_standings_changed();

CREATE TRIGGER enrolments_copies BEFORE INSERT ON public.enrolments FOR EACH ROW EXECUTE FUNCTION public.enrolment_copies();

CREATE TRIGGER enrolments_participations AFTER UPDATE OF state, score, started_at ON public.enrolments FOR EACH ROW WHEN (((old.state <> new.state) OR (old.score IS DISTINCT FROM new.score) OR (old.started_at IS DISTINCT FROM new.started_at))) EXECUTE FUNCTION public.participations_of_person();

CREATE TRIGGER enrolments_participations_delete AFTER DELETE ON public.enrolments FOR EACH ROW EXECUTE FUNCTION public.participations_of_person();

CREATE TRIGGER enrolments_participations_insert AFTER INSERT ON public.enrolments REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.participations_of_enrolments();

CREATE TRIGGER enrolments_participations_moved AFTER UPDATE OF person_id ON public.enrolments FOR EACH ROW WHEN ((old.person_id <> new.person_id)) EXECUTE FUNCTION public.participations_of_person();

CREATE TRIGGER enrolments_totals_delete AFTER DELETE ON public.enrolments FOR EACH ROW EXECUTE FUNCTION public.enrolment_totals();

CREATE TRIGGER enrolments_totals_insert AFTER INSERT ON public.enrolments REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.enrolment_totals_inserted();

CREATE TRIGGER enrolments_totals_update AFTER UPDATE ON public.enrolments FOR EACH ROW WHEN ((((((old.cohort_id IS DISTINCT FROM new.cohort_id) OR (old.standing IS DISTINCT FROM new.standing)) OR (old.required_done IS DISTINCT FROM new.required_done)) OR (old.required_total IS DISTINCT FROM new.required_total)) OR (old.score IS DISTINCT FROM new.score))) EXECUTE FUNCTION public.enrolment_totals();

CREATE TRIGGER organisations_kind_alone BEFORE UPDATE OF kind ON public.organisations FOR EACH ROW WHEN ((old.kind <> new.kind)) EXECUTE FUNCTION public.organisations_kind_alone();

CREATE TRIGGER participations_moved AFTER UPDATE OF person_id ON public.participations FOR EACH ROW WHEN (((old.person_id <> new.person_id) AND (new.state <> 'withdrawn'::text))) EXECUTE FUNCTION public.participations_moved();

CREATE TRIGGER persons_copies AFTER UPDATE OF given_name, family_name, country, centre_id ON public.persons FOR EACH ROW EXECUTE FUNCTION public.person_copies();

CREATE TRIGGER programme_evidence_participations AFTER INSERT OR UPDATE ON public.programme_evidence FOR EACH ROW EXECUTE FUNCTION public.participations_of_evidence();

CREATE TRIGGER webinar_minutes_participations AFTER INSERT OR DELETE OR UPDATE ON public.webinar_minutes FOR EACH ROW EXECUTE FUNCTION public.participations_of_person();

ALTER TABLE ONLY public.activity_progress
    ADD CONSTRAINT activity_progress_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.allowances
    ADD CONSTRAINT allowances_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.allowances
    ADD CONSTRAINT allowances_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.answers
    ADD CONSTRAINT answers_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES public.attempts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_version_id_fkey FOREIGN KEY (version_id) REFERENCES public.course_versions(id);

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.calendar_feeds
    ADD CONSTRAINT calendar_feeds_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.centres
    ADD CONSTRAINT centres_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

ALTER TABLE ONLY public.certificate_batch_items
    ADD CONSTRAINT certificate_batch_items_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES public.certificate_batches(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certificate_batch_items
    ADD CONSTRAINT certificate_batch_items_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificates(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certificate_batch_items
    ADD CONSTRAINT certificate_batch_items_participation_id_fkey FOREIGN KEY (participation_id) REFERENCES public.participations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certificate_batches
    ADD CONSTRAINT certificate_batches_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.certificate_batches
    ADD CONSTRAINT certificate_batches_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certificate_events
    ADD CONSTRAINT certificate_events_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.certificate_events
    ADD CONSTRAINT certificate_events_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificates(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certificate_pictures
    ADD CONSTRAINT certificate_pictures_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certificate_pictures
    ADD CONSTRAINT certificate_pictures_uploaded_by_fkey FOREIGN KEY (uploaded_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.certificate_places
    ADD CONSTRAINT certificate_places_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificates(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certificate_templates
    ADD CONSTRAINT certificate_templates_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.certificate_templates
    ADD CONSTRAINT certificate_templates_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolments(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_participation_id_fkey FOREIGN KEY (participation_id) REFERENCES public.participations(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id);

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES public.certificates(serial);

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_template_id_fkey FOREIGN KEY (template_id) REFERENCES public.certificate_templates(id);

ALTER TABLE ONLY public.cohort_dates
    ADD CONSTRAINT cohort_dates_cohort_id_fkey FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.cohort_totals
    ADD CONSTRAINT cohort_totals_cohort_id_fkey FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.cohorts
    ADD CONSTRAINT cohorts_centre_id_fkey FOREIGN KEY (centre_id) REFERENCES public.centres(id);

ALTER TABLE ONLY public.cohorts
    ADD CONSTRAINT cohorts_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

ALTER TABLE ONLY public.cohorts
    ADD CONSTRAINT cohorts_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.course_assets
    ADD CONSTRAINT course_assets_version_id_fkey FOREIGN KEY (version_id) REFERENCES public.course_versions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.course_versions
    ADD CONSTRAINT course_versions_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.course_versions
    ADD CONSTRAINT course_versions_published_by_fkey FOREIGN KEY (published_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.courses
    ADD CONSTRAINT courses_current_version_id_fkey FOREIGN KEY (current_version_id) REFERENCES public.course_versions(id);

ALTER TABLE ONLY public.day_attendance
    ADD CONSTRAINT day_attendance_day_id_fkey FOREIGN KEY (day_id) REFERENCES public.programme_days(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.day_attendance
    ADD CONSTRAINT day_attendance_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.day_attendance
    ADD CONSTRAINT day_attendance_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.day_sheets
    ADD CONSTRAINT day_sheets_day_id_fkey FOREIGN KEY (day_id) REFERENCES public.programme_days(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.day_sheets
    ADD CONSTRAINT day_sheets_uploaded_by_fkey FOREIGN KEY (uploaded_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.desk_action_people
    ADD CONSTRAINT desk_action_people_action_id_fkey FOREIGN KEY (action_id) REFERENCES public.desk_actions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.desk_action_people
    ADD CONSTRAINT desk_action_people_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.desk_actions
    ADD CONSTRAINT desk_actions_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.desk_standings
    ADD CONSTRAINT desk_standings_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.distinct_people
    ADD CONSTRAINT distinct_people_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.distinct_people
    ADD CONSTRAINT distinct_people_one_fkey FOREIGN KEY (one) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.distinct_people
    ADD CONSTRAINT distinct_people_other_fkey FOREIGN KEY (other) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.due_dates
    ADD CONSTRAINT due_dates_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.due_dates
    ADD CONSTRAINT due_dates_set_by_fkey FOREIGN KEY (set_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.enrolment_rules
    ADD CONSTRAINT enrolment_rules_cohort_id_fkey FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.enrolment_rules
    ADD CONSTRAINT enrolment_rules_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.enrolment_rules
    ADD CONSTRAINT enrolment_rules_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT enrolments_cohort_id_fkey FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id);

ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT enrolments_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT enrolments_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT enrolments_version_id_fkey FOREIGN KEY (version_id) REFERENCES public.course_versions(id);

ALTER TABLE ONLY public.exercise_messages
    ADD CONSTRAINT exercise_messages_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.exercise_messages
    ADD CONSTRAINT exercise_messages_table_id_fkey FOREIGN KEY (table_id) REFERENCES public.exercise_tables(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.exercise_seats
    ADD CONSTRAINT exercise_seats_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.exercise_seats
    ADD CONSTRAINT exercise_seats_table_id_fkey FOREIGN KEY (table_id) REFERENCES public.exercise_tables(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.exercise_tables
    ADD CONSTRAINT exercise_tables_cohort_id_fkey FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.exercise_tables
    ADD CONSTRAINT exercise_tables_version_id_fkey FOREIGN KEY (version_id) REFERENCES public.course_versions(id);

ALTER TABLE ONLY public.followup_answers
    ADD CONSTRAINT followup_answers_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id);

ALTER TABLE ONLY public.followup_doors
    ADD CONSTRAINT followup_doors_followup_id_fkey FOREIGN KEY (followup_id) REFERENCES public.followups(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.followup_supervisors
    ADD CONSTRAINT followup_supervisors_named_by_fkey FOREIGN KEY (named_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.followup_supervisors
    ADD CONSTRAINT followup_supervisors_participation_id_fkey FOREIGN KEY (participation_id) REFERENCES public.participations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.followups
    ADD CONSTRAINT followups_participation_id_fkey FOREIGN KEY (participation_id) REFERENCES public.participations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.followups
    ADD CONSTRAINT followups_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.hook_deliveries
    ADD CONSTRAINT hook_deliveries_hook_id_fkey FOREIGN KEY (hook_id) REFERENCES public.hooks(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.import_made
    ADD CONSTRAINT import_made_import_id_fkey FOREIGN KEY (import_id) REFERENCES public.imports(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.import_made
    ADD CONSTRAINT import_made_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.import_rows
    ADD CONSTRAINT import_rows_import_id_fkey FOREIGN KEY (import_id) REFERENCES public.imports(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.import_rows
    ADD CONSTRAINT import_rows_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.import_rows
    ADD CONSTRAINT import_rows_same_as_fkey FOREIGN KEY (same_as) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_applied_by_fkey FOREIGN KEY (applied_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_centre_id_fkey FOREIGN KEY (centre_id) REFERENCES public.centres(id);

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.indicators
    ADD CONSTRAINT indicators_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

ALTER TABLE ONLY public.indicators
    ADD CONSTRAINT indicators_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.language_reviews
    ADD CONSTRAINT language_reviews_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.language_reviews
    ADD CONSTRAINT language_reviews_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.mails
    ADD CONSTRAINT mails_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.mails
    ADD CONSTRAINT mails_webinar_id_fkey FOREIGN KEY (webinar_id) REFERENCES public.webinars(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.marks
    ADD CONSTRAINT marks_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES public.attempts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.marks
    ADD CONSTRAINT marks_marked_by_fkey FOREIGN KEY (marked_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.one_time_codes
    ADD CONSTRAINT one_time_codes_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.one_time_codes
    ADD CONSTRAINT one_time_codes_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.organisations
    ADD CONSTRAINT organisations_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

ALTER TABLE ONLY public.outcome_notes
    ADD CONSTRAINT outcome_notes_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.outcome_notes
    ADD CONSTRAINT outcome_notes_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

ALTER TABLE ONLY public.outcome_notes
    ADD CONSTRAINT outcome_notes_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id);

ALTER TABLE ONLY public.participations_changed
    ADD CONSTRAINT participations_changed_participation_id_fkey FOREIGN KEY (participation_id) REFERENCES public.participations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.participations
    ADD CONSTRAINT participations_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.participations
    ADD CONSTRAINT participations_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id);

ALTER TABLE ONLY public.participations
    ADD CONSTRAINT participations_trained_by_fkey FOREIGN KEY (trained_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.participations
    ADD CONSTRAINT participations_version_id_fkey FOREIGN KEY (version_id) REFERENCES public.programme_versions(id);

ALTER TABLE ONLY public.person_aliases
    ADD CONSTRAINT person_aliases_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.persons
    ADD CONSTRAINT persons_centre_id_fkey FOREIGN KEY (centre_id) REFERENCES public.centres(id);

ALTER TABLE ONLY public.persons
    ADD CONSTRAINT persons_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

ALTER TABLE ONLY public.persons
    ADD CONSTRAINT persons_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES public.persons(id);

ALTER TABLE ONLY public.persons
    ADD CONSTRAINT persons_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_cohort_id_fkey FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.courses(id);

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_hidden_by_fkey FOREIGN KEY (hidden_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.posts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.programme_days
    ADD CONSTRAINT programme_days_centre_id_fkey FOREIGN KEY (centre_id) REFERENCES public.centres(id);

ALTER TABLE ONLY public.programme_days
    ADD CONSTRAINT programme_days_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

ALTER TABLE ONLY public.programme_days
    ADD CONSTRAINT programme_days_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.programme_evidence
    ADD CONSTRAINT programme_evidence_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.programme_evidence
    ADD CONSTRAINT programme_evidence_participation_id_fkey FOREIGN KEY (participation_id) REFERENCES public.participations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.programme_versions
    ADD CONSTRAINT programme_versions_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.programme_versions
    ADD CONSTRAINT programme_versions_published_by_fkey FOREIGN KEY (published_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.programme_webinars
    ADD CONSTRAINT programme_webinars_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.programme_webinars
    ADD CONSTRAINT programme_webinars_webinar_id_fkey FOREIGN KEY (webinar_id) REFERENCES public.webinars(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.programmes
    ADD CONSTRAINT programmes_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

ALTER TABLE ONLY public.recognitions
    ADD CONSTRAINT recognitions_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.recognitions
    ADD CONSTRAINT recognitions_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

ALTER TABLE ONLY public.recognitions
    ADD CONSTRAINT recognitions_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_sent_by_fkey FOREIGN KEY (sent_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.report_files
    ADD CONSTRAINT report_files_report_id_fkey FOREIGN KEY (report_id) REFERENCES public.reports(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.report_totals
    ADD CONSTRAINT report_totals_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.report_totals
    ADD CONSTRAINT report_totals_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

ALTER TABLE ONLY public.report_totals
    ADD CONSTRAINT report_totals_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id);

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_frozen_by_fkey FOREIGN KEY (frozen_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_programme_id_fkey FOREIGN KEY (programme_id) REFERENCES public.programmes(id);

ALTER TABLE ONLY public.sealed_notes
    ADD CONSTRAINT sealed_notes_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.submissions
    ADD CONSTRAINT submissions_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.submissions
    ADD CONSTRAINT submissions_returned_by_fkey FOREIGN KEY (returned_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.survey_responses
    ADD CONSTRAINT survey_responses_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.survey_responses
    ADD CONSTRAINT survey_responses_version_id_fkey FOREIGN KEY (version_id) REFERENCES public.course_versions(id);

ALTER TABLE ONLY public.webinar_corrections
    ADD CONSTRAINT webinar_corrections_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.webinar_corrections
    ADD CONSTRAINT webinar_corrections_centre_id_fkey FOREIGN KEY (centre_id) REFERENCES public.centres(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.webinar_corrections
    ADD CONSTRAINT webinar_corrections_paper_id_fkey FOREIGN KEY (paper_id) REFERENCES public.webinar_papers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.webinar_corrections
    ADD CONSTRAINT webinar_corrections_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.webinar_corrections
    ADD CONSTRAINT webinar_corrections_webinar_id_fkey FOREIGN KEY (webinar_id) REFERENCES public.webinars(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_credits
    ADD CONSTRAINT webinar_credits_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_credits
    ADD CONSTRAINT webinar_credits_webinar_id_fkey FOREIGN KEY (webinar_id) REFERENCES public.webinars(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_events
    ADD CONSTRAINT webinar_events_centre_id_fkey FOREIGN KEY (centre_id) REFERENCES public.centres(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.webinar_events
    ADD CONSTRAINT webinar_events_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.webinar_events
    ADD CONSTRAINT webinar_events_webinar_id_fkey FOREIGN KEY (webinar_id) REFERENCES public.webinars(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_guests
    ADD CONSTRAINT webinar_guests_webinar_id_fkey FOREIGN KEY (webinar_id) REFERENCES public.webinars(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_invitations
    ADD CONSTRAINT webinar_invitations_guest_id_fkey FOREIGN KEY (guest_id) REFERENCES public.webinar_guests(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_invitations
    ADD CONSTRAINT webinar_invitations_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_invitations
    ADD CONSTRAINT webinar_invitations_webinar_id_fkey FOREIGN KEY (webinar_id) REFERENCES public.webinars(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_items
    ADD CONSTRAINT webinar_items_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.webinar_items
    ADD CONSTRAINT webinar_items_webinar_id_fkey FOREIGN KEY (webinar_id) REFERENCES public.webinars(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_minutes
    ADD CONSTRAINT webinar_minutes_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_minutes
    ADD CONSTRAINT webinar_minutes_webinar_id_fkey FOREIGN KEY (webinar_id) REFERENCES public.webinars(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_objections
    ADD CONSTRAINT webinar_objections_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_objections
    ADD CONSTRAINT webinar_objections_webinar_id_fkey FOREIGN KEY (webinar_id) REFERENCES public.webinars(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_papers
    ADD CONSTRAINT webinar_papers_centre_id_fkey FOREIGN KEY (centre_id) REFERENCES public.centres(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.webinar_papers
    ADD CONSTRAINT webinar_papers_uploaded_by_fkey FOREIGN KEY (uploaded_by) REFERENCES public.persons(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.webinar_papers
    ADD CONSTRAINT webinar_papers_webinar_id_fkey FOREIGN KEY (webinar_id) REFERENCES public.webinars(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_people
    ADD CONSTRAINT webinar_people_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.persons(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_people
    ADD CONSTRAINT webinar_people_webinar_id_fkey FOREIGN KEY (webinar_id) REFERENCES public.webinars(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_sites
    ADD CONSTRAINT webinar_sites_centre_id_fkey FOREIGN KEY (centre_id) REFERENCES public.centres(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinar_sites
    ADD CONSTRAINT webinar_sites_webinar_id_fkey FOREIGN KEY (webinar_id) REFERENCES public.webinars(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webinars
    ADD CONSTRAINT webinars_cohort_id_fkey FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.webinars
    ADD CONSTRAINT webinars_country_fkey FOREIGN KEY (country) REFERENCES public.countries(code);

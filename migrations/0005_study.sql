-- What saving, reporting and marking need beyond the first schema.

-- What the first saving of an answer was told is kept with it, so that a repeat is told the same.
ALTER TABLE answers
    ADD COLUMN newest   boolean NOT NULL DEFAULT true,     -- of its question, when it came
    ADD COLUMN answered smallint NOT NULL DEFAULT 0;       -- questions that had an answer then

-- Where a person stands, in one word: the report counts and sorts by it.
ALTER TABLE enrolments ADD COLUMN standing text NOT NULL GENERATED ALWAYS AS (
    CASE WHEN state = 'completed' THEN 'completed'
         WHEN state = 'withdrawn' THEN 'withdrawn'
         WHEN stuck_on <> '' THEN 'stuck'
         WHEN started_at IS NULL THEN 'not-started'
         ELSE 'active' END) STORED;

-- The report leaves out who withdrew, and so do the indexes that it is sorted by. Where a value may be
-- missing, missing is the least.
DROP INDEX enrolments_by_name, enrolments_by_progress, enrolments_by_score, enrolments_by_seen,
           enrolments_by_centre, enrolments_by_country, enrolments_by_state;
CREATE INDEX enrolments_by_name ON enrolments (cohort_id, sort_name, id) WHERE state <> 'withdrawn';
CREATE INDEX enrolments_by_progress ON enrolments (cohort_id, required_done, id) WHERE state <> 'withdrawn';
CREATE INDEX enrolments_by_score ON enrolments (cohort_id, score NULLS FIRST, id) WHERE state <> 'withdrawn';
CREATE INDEX enrolments_by_seen ON enrolments (cohort_id, last_seen_at NULLS FIRST, id) WHERE state <> 'withdrawn';
CREATE INDEX enrolments_by_centre ON enrolments (cohort_id, centre_name, id) WHERE state <> 'withdrawn';
CREATE INDEX enrolments_by_country ON enrolments (cohort_id, country NULLS FIRST, id) WHERE state <> 'withdrawn';
CREATE INDEX enrolments_by_standing ON enrolments (cohort_id, standing, id) WHERE state <> 'withdrawn';

-- Counting 20,000 rows costs 10 ms, so the report's totals are kept while they change. A cohort has
-- several rows, which are added up: two people who finish something at once seldom wait for each other.
CREATE TABLE cohort_totals (
    cohort_id      uuid NOT NULL REFERENCES cohorts ON DELETE CASCADE,
    shard          smallint NOT NULL,
    standing       text NOT NULL,
    people         int NOT NULL,
    required_done  bigint NOT NULL,
    required_total bigint NOT NULL,
    scored         int NOT NULL,            -- people with a score
    score_sum      bigint NOT NULL,         -- of hundredths of a percent, so that nothing is lost by adding
    PRIMARY KEY (cohort_id, shard, standing)
) WITH (fillfactor = 50);

CREATE FUNCTION cohort_totals_add(cohort uuid, enrolment uuid, stood text, n int, done int, total int, score numeric)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO cohort_totals AS t
    VALUES (cohort, get_byte(uuid_send(enrolment), 15) & 7, stood, n, n * done, n * total,
            CASE WHEN score IS NULL THEN 0 ELSE n END, n * coalesce(score * 100, 0)::bigint)
    ON CONFLICT (cohort_id, shard, standing) DO UPDATE
       SET people = t.people + excluded.people, required_done = t.required_done + excluded.required_done,
           required_total = t.required_total + excluded.required_total,
           scored = t.scored + excluded.scored, score_sum = t.score_sum + excluded.score_sum
$$;

CREATE FUNCTION enrolment_totals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.cohort_id IS NOT NULL AND OLD.standing <> 'withdrawn' THEN
        -- A cohort that is being deleted takes its totals along.
        IF EXISTS (SELECT FROM cohorts WHERE id = OLD.cohort_id) THEN
            PERFORM cohort_totals_add(OLD.cohort_id, OLD.id, OLD.standing, -1, OLD.required_done, OLD.required_total, OLD.score);
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.cohort_id IS NOT NULL AND NEW.standing <> 'withdrawn' THEN
        PERFORM cohort_totals_add(NEW.cohort_id, NEW.id, NEW.standing, 1, NEW.required_done, NEW.required_total, NEW.score);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER enrolments_totals_update AFTER UPDATE ON enrolments FOR EACH ROW
    WHEN ((OLD.cohort_id, OLD.standing, OLD.required_done, OLD.required_total, OLD.score)
          IS DISTINCT FROM (NEW.cohort_id, NEW.standing, NEW.required_done, NEW.required_total, NEW.score))
    EXECUTE FUNCTION enrolment_totals();
CREATE TRIGGER enrolments_totals_delete AFTER DELETE ON enrolments FOR EACH ROW EXECUTE FUNCTION enrolment_totals();

-- Whole cohorts are enrolled in one statement, which adds its sums once.
CREATE FUNCTION enrolment_totals_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER enrolments_totals_insert AFTER INSERT ON enrolments REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION enrolment_totals_inserted();

INSERT INTO cohort_totals
SELECT cohort_id, get_byte(uuid_send(id), 15) & 7 AS shard, standing, count(*), sum(required_done), sum(required_total),
       count(score), coalesce(sum(score * 100), 0)::bigint
  FROM enrolments WHERE cohort_id IS NOT NULL AND standing <> 'withdrawn'
 GROUP BY cohort_id, shard, standing;

-- The marker's queue: few rows of a large table.
CREATE INDEX attempts_to_mark ON attempts (enrolment_id) WHERE state = 'to-mark';
CREATE INDEX submissions_enrolment_waiting ON submissions (enrolment_id) WHERE state = 'handed-in';

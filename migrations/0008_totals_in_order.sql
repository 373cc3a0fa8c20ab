-- Somebody who gets stuck takes from one row of the totals and adds to another, somebody who is freed does it
-- the other way round: both rows are locked first, in one order, or the two would wait for each other.
CREATE OR REPLACE FUNCTION enrolment_totals() RETURNS trigger LANGUAGE plpgsql AS $$
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

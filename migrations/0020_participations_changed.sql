-- What may change a standing puts the participation into the queue, in the transaction of the change. Study runs through
-- these tables with every step, so a trigger asks in its WHEN whether the step can matter at all, and costs one look
-- into an index where it can.

CREATE FUNCTION participations_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO participations_changed (participation_id)
    SELECT id FROM participations
     WHERE person_id = CASE TG_OP WHEN 'DELETE' THEN OLD.person_id ELSE NEW.person_id END AND state <> 'withdrawn';
    RETURN NULL;
END $$;

-- Whole cohorts are enrolled in one statement.
CREATE FUNCTION participations_of_enrolments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO participations_changed (participation_id)
    SELECT p.id FROM added a JOIN participations p ON p.person_id = a.person_id AND p.state <> 'withdrawn' ORDER BY p.id;
    RETURN NULL;
END $$;
CREATE TRIGGER enrolments_participations_insert AFTER INSERT ON enrolments REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION participations_of_enrolments();
CREATE TRIGGER enrolments_participations AFTER UPDATE OF state, score, started_at ON enrolments FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.score IS DISTINCT FROM NEW.score OR OLD.started_at IS DISTINCT FROM NEW.started_at)
    EXECUTE FUNCTION participations_of_person();

-- Only a quiz of a rule looks at single activities, and only at scores.
CREATE FUNCTION participations_of_progress() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO participations_changed (participation_id)
    SELECT p.id FROM enrolments e JOIN participations p ON p.person_id = e.person_id AND p.state <> 'withdrawn'
     WHERE e.id = NEW.enrolment_id;
    RETURN NULL;
END $$;
CREATE TRIGGER activity_progress_participations_insert AFTER INSERT ON activity_progress FOR EACH ROW
    WHEN (NEW.score IS NOT NULL) EXECUTE FUNCTION participations_of_progress();
CREATE TRIGGER activity_progress_participations AFTER UPDATE OF score ON activity_progress FOR EACH ROW
    WHEN (OLD.score IS DISTINCT FROM NEW.score) EXECUTE FUNCTION participations_of_progress();

CREATE TRIGGER webinar_minutes_participations AFTER INSERT OR UPDATE OR DELETE ON webinar_minutes FOR EACH ROW
    EXECUTE FUNCTION participations_of_person();
CREATE TRIGGER day_attendance_participations AFTER INSERT OR UPDATE OR DELETE ON day_attendance FOR EACH ROW
    EXECUTE FUNCTION participations_of_person();

-- What a programme asks of another one: its certificate. A course's counts by its enrolment.
CREATE TRIGGER certificates_participations_insert AFTER INSERT ON certificates FOR EACH ROW
    WHEN (NEW.programme_id IS NOT NULL) EXECUTE FUNCTION participations_of_person();
CREATE TRIGGER certificates_participations AFTER UPDATE OF state ON certificates FOR EACH ROW
    WHEN (NEW.programme_id IS NOT NULL AND OLD.state <> NEW.state) EXECUTE FUNCTION participations_of_person();

CREATE FUNCTION participations_of_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO participations_changed (participation_id) VALUES (NEW.participation_id);
    RETURN NULL;
END $$;
CREATE TRIGGER programme_evidence_participations AFTER INSERT OR UPDATE ON programme_evidence FOR EACH ROW
    EXECUTE FUNCTION participations_of_evidence();

-- The explaining of one participation takes its lines away.
CREATE INDEX participations_changed_participation ON participations_changed (participation_id);
-- What waits for a decision.
CREATE INDEX programme_evidence_waiting ON programme_evidence (participation_id) WHERE state = 'waiting';

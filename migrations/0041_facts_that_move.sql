-- What somebody did counts for whom it belongs to, and only while it is there: two records of one person are made one,
-- and an import is taken back. Their participations are explained again then too.
CREATE TRIGGER enrolments_participations_moved AFTER UPDATE OF person_id ON enrolments FOR EACH ROW
    WHEN (OLD.person_id <> NEW.person_id) EXECUTE FUNCTION participations_of_person();
CREATE TRIGGER enrolments_participations_delete AFTER DELETE ON enrolments FOR EACH ROW
    EXECUTE FUNCTION participations_of_person();
CREATE TRIGGER certificates_participations_moved AFTER UPDATE OF person_id ON certificates FOR EACH ROW
    WHEN (NEW.programme_id IS NOT NULL AND OLD.person_id <> NEW.person_id) EXECUTE FUNCTION participations_of_person();
CREATE TRIGGER certificates_participations_delete AFTER DELETE ON certificates FOR EACH ROW
    WHEN (OLD.programme_id IS NOT NULL) EXECUTE FUNCTION participations_of_person();

CREATE FUNCTION participations_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO participations_changed (participation_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER participations_moved AFTER UPDATE OF person_id ON participations FOR EACH ROW
    WHEN (OLD.person_id <> NEW.person_id AND NEW.state <> 'withdrawn') EXECUTE FUNCTION participations_moved();

-- Whoever comes to an organisation while its kind changes is looked at with the new kind: a foreign key's lock, which they
-- hold until they commit, is waited for, and they wait at theirs.
CREATE FUNCTION organisations_kind_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM organisations WHERE id = NEW.id FOR UPDATE;
    RETURN NEW;
END $$;
CREATE TRIGGER organisations_kind_alone BEFORE UPDATE OF kind ON organisations FOR EACH ROW
    WHEN (OLD.kind <> NEW.kind) EXECUTE FUNCTION organisations_kind_alone();

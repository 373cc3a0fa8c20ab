-- Organisations that a table names and nobody knows are made with it, and go with it.
ALTER TABLE import_made DROP CONSTRAINT import_made_kind_check;
ALTER TABLE import_made ADD CONSTRAINT import_made_kind_check
    CHECK (kind IN ('person', 'enrolment', 'joined', 'participation', 'paper', 'organisation'));

-- A programme of several countries is filled by several coordinators, each in their own part of the world: each has a rule
-- of their own, and sees no other's.
ALTER TABLE enrolment_rules DROP CONSTRAINT enrolment_rules_programme_id_key;
ALTER TABLE enrolment_rules ADD CONSTRAINT enrolment_rules_programme_maker_key UNIQUE (programme_id, made_by);

-- A due date of one's own: somebody got more time for one activity than their group has. Of the two dates the later
-- one counts, and where the group has none, there is none. The key leads from an enrolment to all of its dates.
CREATE TABLE due_dates (
    enrolment_id uuid NOT NULL REFERENCES enrolments ON DELETE CASCADE,
    activity_key text NOT NULL,
    due_at       timestamptz NOT NULL,
    set_by       uuid REFERENCES persons ON DELETE SET NULL,
    set_at       timestamptz NOT NULL,
    PRIMARY KEY (enrolment_id, activity_key)
);

-- More time is given to many at once, as the other acts of the desk are done.
ALTER TABLE desk_actions DROP CONSTRAINT desk_actions_kind_check,
    ADD CONSTRAINT desk_actions_kind_check CHECK (kind IN ('assign', 'enrol', 'remind', 'issue', 'extend'));

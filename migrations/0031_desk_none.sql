-- Those who take part in nothing are few among many, and asked for.
CREATE INDEX desk_standings_none ON desk_standings (subject, person_id) WHERE NOT invited;

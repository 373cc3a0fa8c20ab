-- A correction that is sent again, since its answer was lost or counting failed behind it, is the same one: the sender's
-- own key tells.
ALTER TABLE webinar_corrections ADD COLUMN key text NOT NULL DEFAULT '';
CREATE UNIQUE INDEX webinar_corrections_key ON webinar_corrections (webinar_id, key) WHERE key <> '';

-- Many certificates are issued with the rights that whoever asked still has when their turn comes: those held when it
-- was asked for are written down, as the desk does for its actions.
ALTER TABLE certificate_batches ADD COLUMN grants text[] NOT NULL DEFAULT '{}';

-- Certificates of many people are suspended, reinstated and revoked at once.
ALTER TABLE desk_actions DROP CONSTRAINT desk_actions_kind_check,
    ADD CONSTRAINT desk_actions_kind_check
        CHECK (kind IN ('assign', 'enrol', 'remind', 'issue', 'extend', 'suspend', 'reinstate', 'revoke'));

-- Conditions of recognition by language. In which language the old ones are written nobody said; letters tell most of it.
ALTER TABLE recognitions DROP CONSTRAINT recognitions_conditions_check;
ALTER TABLE recognitions ALTER COLUMN conditions DROP DEFAULT;
ALTER TABLE recognitions ALTER COLUMN conditions TYPE json USING
    CASE WHEN conditions = '' THEN '{}' ELSE json_build_object(CASE WHEN conditions ~ '[А-Яа-я]' THEN 'ru' ELSE 'en' END, conditions) END;
ALTER TABLE recognitions ALTER COLUMN conditions SET DEFAULT '{}';

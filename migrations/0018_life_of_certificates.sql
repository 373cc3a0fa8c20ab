-- What certificates look like, how many are issued at once, papers of the past, and who recognises whose.

-- A template never changes: saving makes the next number, and an old paper is drawn as it was.
CREATE TABLE certificate_templates (
    id           uuid PRIMARY KEY,
    programme_id uuid REFERENCES programmes ON DELETE CASCADE,  -- null: for courses, and programmes with none of their own
    language     text NOT NULL,
    number       int NOT NULL,
    body         json NOT NULL,
    created_at   timestamptz NOT NULL,
    created_by   uuid REFERENCES persons ON DELETE SET NULL,
    UNIQUE NULLS NOT DISTINCT (programme_id, language, number)
);

-- Logos and signatures that templates may show.
CREATE TABLE certificate_pictures (
    id           uuid PRIMARY KEY,
    programme_id uuid REFERENCES programmes ON DELETE CASCADE,
    file_sha256  text NOT NULL,
    file_type    text NOT NULL,
    file_bytes   bigint NOT NULL,
    width        int NOT NULL,
    height       int NOT NULL,
    uploaded_at  timestamptz NOT NULL,
    uploaded_by  uuid REFERENCES persons ON DELETE SET NULL,
    UNIQUE NULLS NOT DISTINCT (programme_id, file_sha256)
);

ALTER TABLE certificates
    ADD COLUMN origin text NOT NULL DEFAULT 'issued' CHECK (origin IN ('issued', 'paper')),
    ADD COLUMN template_id uuid REFERENCES certificate_templates,
    ADD COLUMN renew_from date,                        -- the first day of the window of renewal
    -- of a paper of the past: the scan, and its own number as it is compared
    ADD COLUMN paper_number text NOT NULL DEFAULT '' CHECK (length(paper_number) <= 100),
    ADD COLUMN scan_sha256 text NOT NULL DEFAULT '',
    ADD COLUMN scan_type text NOT NULL DEFAULT '',
    ADD COLUMN scan_bytes bigint NOT NULL DEFAULT 0,
    DROP CONSTRAINT certificates_check,
    ADD CONSTRAINT certificates_of CHECK (course_id IS NOT NULL OR programme_id IS NOT NULL OR origin = 'paper'),
    ADD CONSTRAINT certificates_paper_unsealed CHECK (origin <> 'paper' OR seal = '' AND key_id = '');
CREATE INDEX certificates_superseded_by ON certificates (superseded_by) WHERE superseded_by IS NOT NULL;
CREATE INDEX certificates_template ON certificates (template_id) WHERE template_id IS NOT NULL;
CREATE INDEX certificates_scan ON certificates (scan_sha256) WHERE scan_sha256 <> '';

-- Many at once: certificates issued for those who passed, or their papers in one file.
CREATE TABLE certificate_batches (
    id           uuid PRIMARY KEY,
    task         text NOT NULL CHECK (task IN ('issue', 'zip')),
    programme_id uuid REFERENCES programmes ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('achievement', 'participation')),
    state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'gone')),
    total        int NOT NULL,
    done         int NOT NULL DEFAULT 0,
    refused      int NOT NULL DEFAULT 0,
    file_sha256  text NOT NULL DEFAULT '',
    file_bytes   bigint NOT NULL DEFAULT 0,
    asked_by     uuid REFERENCES persons ON DELETE SET NULL,
    asked_at     timestamptz NOT NULL,
    finished_at  timestamptz
);
CREATE INDEX certificate_batches_asked ON certificate_batches (asked_by, asked_at DESC);

CREATE TABLE certificate_batch_items (
    batch_id         uuid NOT NULL REFERENCES certificate_batches ON DELETE CASCADE,
    number           int NOT NULL,
    participation_id uuid REFERENCES participations ON DELETE CASCADE,
    certificate_id   uuid REFERENCES certificates ON DELETE CASCADE,
    state            text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'refused')),
    problem          text NOT NULL DEFAULT '',   -- a code
    PRIMARY KEY (batch_id, number)
);
CREATE INDEX certificate_batch_items_waiting ON certificate_batch_items (batch_id, number) WHERE state = 'waiting';
CREATE INDEX certificate_batch_items_participation ON certificate_batch_items (participation_id) WHERE participation_id IS NOT NULL;
CREATE INDEX certificate_batch_items_certificate ON certificate_batch_items (certificate_id) WHERE certificate_id IS NOT NULL;

-- Who recognises whose certificates, where, until when and on what conditions.
CREATE TABLE recognitions (
    id           uuid PRIMARY KEY,
    issuer       text NOT NULL CHECK (length(issuer) BETWEEN 1 AND 200),   -- as it stands on the paper
    programme_id uuid REFERENCES programmes ON DELETE CASCADE,             -- null: all that the issuer gives
    body         text NOT NULL CHECK (length(body) BETWEEN 1 AND 200),     -- who recognises
    country      text REFERENCES countries,                                -- where; null: everywhere
    valid_from   date,
    valid_until  date,
    conditions   text NOT NULL DEFAULT '' CHECK (length(conditions) <= 1000),
    source       text NOT NULL DEFAULT '' CHECK (length(source) <= 300),   -- the act or address that says so
    changed_at   timestamptz NOT NULL,
    changed_by   uuid REFERENCES persons ON DELETE SET NULL,
    CHECK (valid_until >= valid_from)
);
CREATE INDEX recognitions_issuer ON recognitions (issuer);

-- People check in on an in-person day by a code that is shown there, and the sheet that they sign is kept as a scan.

-- What the day's codes are made of; null until the code is shown for the first time.
ALTER TABLE programme_days ADD COLUMN code_secret bytea;
-- Days of which a code may be typed now: few of all that were.
CREATE INDEX programme_days_coded ON programme_days (ends_at) WHERE code_secret IS NOT NULL;

-- Without a hash the file is gone: somebody on the sheet was erased.
CREATE TABLE day_sheets (
    id          uuid PRIMARY KEY,
    day_id      uuid NOT NULL REFERENCES programme_days ON DELETE CASCADE,
    file_name   text NOT NULL,
    file_type   text NOT NULL,
    file_sha256 text NOT NULL,
    file_bytes  bigint NOT NULL,
    uploaded_by uuid REFERENCES persons ON DELETE SET NULL,
    uploaded_at timestamptz NOT NULL
);
CREATE INDEX day_sheets_day ON day_sheets (day_id);
CREATE INDEX day_sheets_by ON day_sheets (uploaded_by);       -- for a person's export and erasure
CREATE INDEX day_sheets_file ON day_sheets (file_sha256);     -- for the sweep of files that nothing names

-- Where a certificate's status stands in the lists that strangers read: drawn by lot when its credential is first asked
-- for, so that a place tells neither when nor in what order certificates were issued.
CREATE TABLE certificate_places (
    certificate_id uuid PRIMARY KEY REFERENCES certificates ON DELETE CASCADE,
    list           int NOT NULL CHECK (list > 0),
    place          int NOT NULL CHECK (place BETWEEN 0 AND 131071),
    UNIQUE (list, place)
);

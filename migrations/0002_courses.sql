-- Courses kept. A version is never changed after it is published.

CREATE TABLE courses (
    id         uuid PRIMARY KEY,
    key        text NOT NULL UNIQUE,
    open       boolean NOT NULL DEFAULT false,   -- may a person enrol without being invited
    created_at timestamptz NOT NULL
);

CREATE TABLE course_versions (
    id           uuid PRIMARY KEY,
    course_id    uuid NOT NULL REFERENCES courses,
    number       int NOT NULL CHECK (number > 0),
    digest       text NOT NULL,             -- SHA-256 of the package: the same import twice is one version
    document     json NOT NULL,             -- the package as courses/pack writes it; json keeps its bytes
    problems     json NOT NULL DEFAULT '[]',-- what the check said on import
    published_at timestamptz NOT NULL,
    published_by uuid REFERENCES persons ON DELETE SET NULL,
    UNIQUE (course_id, number),
    UNIQUE (course_id, digest)
);
ALTER TABLE courses ADD COLUMN current_version_id uuid REFERENCES course_versions;

CREATE TABLE course_assets (
    version_id uuid NOT NULL REFERENCES course_versions ON DELETE CASCADE,
    path       text NOT NULL,
    sha256     text NOT NULL,               -- the blob
    bytes      bigint NOT NULL,
    media_type text NOT NULL,
    PRIMARY KEY (version_id, path)
);

-- A translation carries the mark "not yet reviewed by a native speaker" until its course says that it was, or an
-- operator, who has the reviewer's word for it, lifts the mark here. It holds for the course's later versions too.
CREATE TABLE language_reviews (
    course_id   uuid NOT NULL REFERENCES courses ON DELETE CASCADE,
    language    text NOT NULL CHECK (language ~ '^[a-z]{2,3}$'),
    reviewed_at timestamptz NOT NULL,
    reviewed_by uuid REFERENCES persons ON DELETE SET NULL,
    PRIMARY KEY (course_id, language)
);

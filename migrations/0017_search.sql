-- What the list of people is searched by, in one text: one comparison a person in place of four.
ALTER TABLE persons ADD COLUMN search_text text NOT NULL GENERATED ALWAYS AS (
    lower(family_name || ' ' || given_name || ' ' || latin_family || ' ' || latin_given || ' ' || coalesce(email, '') || ' ' ||
          coalesce(login, '') || ' ' || phone)) STORED;

-- Whose last try failed is asked for often, and they are few.
CREATE INDEX enrolments_stuck ON enrolments (person_id) WHERE standing = 'stuck';

-- The statement that looks at people anew is planned once a connection. Where that was while the tables were small, as in
-- the first days of a house, whole indexes looked as cheap as a few places in them: each few people read all participations
-- and all certificates that are valid, and a first import of 20,000 people took ten times as long as it should. So what is
-- asked of these two is put in words that only the index by person fits, and no table is read whole.
CREATE OR REPLACE FUNCTION desk_refresh_few(people uuid[]) RETURNS void LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    PERFORM FROM desk_standings WHERE person_id = ANY (people) AND subject IS NOT DISTINCT FROM nobody ORDER BY person_id FOR NO KEY UPDATE;
    WITH who AS (
        SELECT p.id, coalesce(p.country, '') AS country, coalesce(p.centre_id, nobody) AS centre_id,
               coalesce(p.organisation_id, nobody) AS organisation_id, coalesce(o.kind, '') AS kind
          FROM persons p LEFT JOIN organisations o ON o.id = p.organisation_id
         WHERE p.id = ANY (people) AND p.state <> 'erased'),
    halted AS (
        SELECT DISTINCT person_id FROM enrolments WHERE person_id = ANY (people) AND standing = 'stuck'),
    facts AS (
        SELECT person_id, programme_id AS subject, true AS invited, state <> 'invited' AS joined,
               state IN ('passed', 'certified') AS passed, state = 'certified' AS certified,
               state IN ('invited', 'active') AND (
                   -- The last try at something in a course of the programme failed.
                   EXISTS (SELECT FROM enrolments e JOIN courses c ON c.id = e.course_id JOIN programme_versions v ON v.id = pa.version_id
                            WHERE e.person_id = pa.person_id AND e.standing = 'stuck'
                              AND EXISTS (SELECT FROM json_array_elements(CASE json_typeof(v.definition -> 'components') WHEN 'array' THEN v.definition -> 'components' ELSE '[]' END) k
                                           WHERE k ->> 'course' = c.key))
                   -- Something that was handed in was refused, and nothing was handed in for the same component since.
                   OR EXISTS (SELECT FROM programme_evidence r WHERE r.participation_id = pa.id AND r.state = 'refused'
                                 AND NOT EXISTS (SELECT FROM programme_evidence l WHERE l.participation_id = pa.id AND l.component = r.component
                                                    AND (l.state = 'accepted' OR l.handed_in_at > r.handed_in_at)))) AS stuck,
               NULL::date AS valid_until
          FROM participations pa WHERE person_id = ANY (people) AND state IS DISTINCT FROM 'withdrawn'
        UNION ALL
        SELECT person_id, coalesce(programme_id, course_id), false, false, false, false, false, max(coalesce(expires_on, 'infinity'))
          FROM certificates WHERE person_id = ANY (people) AND kind = 'achievement' AND state IS NOT DISTINCT FROM 'valid' GROUP BY 1, 2
        UNION ALL
        SELECT person_id, nobody, false, false, false, false, true, NULL FROM halted),
    rows AS (
        SELECT w.id, s.subject, w.country, w.centre_id, w.organisation_id, w.kind, coalesce(bool_or(f.invited), false) AS invited,
               coalesce(bool_or(f.joined), false) AS joined, coalesce(bool_or(f.passed), false) AS passed,
               coalesce(bool_or(f.certified), false) AS certified, coalesce(bool_or(f.stuck), false) AS stuck, max(f.valid_until) AS valid_until
          FROM who w LEFT JOIN facts f ON f.person_id = w.id
          CROSS JOIN LATERAL (SELECT nobody AS subject UNION SELECT f.subject WHERE f.subject IS NOT NULL) s
         GROUP BY 1, 2, 3, 4, 5, 6),
    gone AS (
        DELETE FROM desk_standings d
         WHERE d.person_id = ANY (people) AND NOT EXISTS (SELECT FROM rows r WHERE r.id = d.person_id AND r.subject = d.subject))
    INSERT INTO desk_standings AS d SELECT * FROM rows
    ON CONFLICT (person_id, subject) DO UPDATE
       SET country = excluded.country, centre_id = excluded.centre_id, organisation_id = excluded.organisation_id, kind = excluded.kind,
           invited = excluded.invited, joined = excluded.joined, passed = excluded.passed, certified = excluded.certified,
           stuck = excluded.stuck, valid_until = excluded.valid_until
     WHERE (d.country, d.centre_id, d.organisation_id, d.kind, d.invited, d.joined, d.passed, d.certified, d.stuck)
           <> (excluded.country, excluded.centre_id, excluded.organisation_id, excluded.kind, excluded.invited, excluded.joined,
               excluded.passed, excluded.certified, excluded.stuck)
        OR d.valid_until IS DISTINCT FROM excluded.valid_until;
END $$;

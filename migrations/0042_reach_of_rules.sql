-- Whom a rule of a programme can bring, as it was when somebody kept it: colleagues who answer for all of that see the
-- rule, stop it and take it over, and it stands still when whoever made it answers for it no more. The empty part is the
-- whole world, which only those cover who invite everywhere.
ALTER TABLE enrolment_rules ADD COLUMN reach jsonb NOT NULL DEFAULT '[{}]';
UPDATE enrolment_rules r SET reach = coalesce(
       (SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                   'country', CASE m.scope_kind WHEN 'country' THEN m.country WHEN 'centre' THEN c.country END,
                   'centre',  CASE m.scope_kind WHEN 'centre' THEN m.scope_id END,
                   'course',  CASE m.scope_kind WHEN 'course' THEN m.scope_id WHEN 'cohort' THEN h.course_id END,
                   'cohort',  CASE m.scope_kind WHEN 'cohort' THEN m.scope_id END)))
          FROM memberships m
          LEFT JOIN centres c ON c.id = m.scope_id LEFT JOIN cohorts h ON h.id = m.scope_id
         WHERE m.person_id = r.made_by AND m.role IN ('coordinator', 'admin')), '[{}]')
 WHERE programme_id IS NOT NULL;

-- all

		SELECT count(*) OVER (), p.id, p.given_name || ' ' || p.family_name, btrim(p.latin_given || ' ' || p.latin_family),
		       coalesce(p.email, ''), coalesce(p.login, ''), coalesce(p.country, ''),
		       ce.id, ce.name, o.id, o.name,
		       (SELECT coalesce(string_agg(DISTINCT m.role, ','), '') FROM memberships m WHERE m.person_id = p.id),
		       p.state, p.last_seen_at
		  FROM persons p
		  LEFT JOIN centres ce ON ce.id = p.centre_id
		  LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE p.state <> 'erased'
		 ORDER BY p.sort_name, p.id
		 LIMIT 50 OFFSET $1
-- $1 = 0

-- two countries, searched

		SELECT count(*) OVER (), p.id, p.given_name || ' ' || p.family_name, btrim(p.latin_given || ' ' || p.latin_family),
		       coalesce(p.email, ''), coalesce(p.login, ''), coalesce(p.country, ''),
		       ce.id, ce.name, o.id, o.name,
		       (SELECT coalesce(string_agg(DISTINCT m.role, ','), '') FROM memberships m WHERE m.person_id = p.id),
		       p.state, p.last_seen_at
		  FROM persons p
		  LEFT JOIN centres ce ON ce.id = p.centre_id
		  LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE p.state <> 'erased'
   AND (p.country = ANY ($1::text[]))
   AND (p.sort_name LIKE lower($2) OR lower(p.latin_family || ' ' || p.latin_given) LIKE lower($2)
		     OR lower(p.email) LIKE lower($2) OR lower(p.login) LIKE lower($2))
   AND (p.sort_name LIKE lower($3) OR lower(p.latin_family || ' ' || p.latin_given) LIKE lower($3)
		     OR lower(p.email) LIKE lower($3) OR lower(p.login) LIKE lower($3))
   AND EXISTS (SELECT FROM memberships m WHERE m.person_id = p.id AND m.role = $4)
		 ORDER BY p.sort_name, p.id
		 LIMIT 50 OFFSET $5
-- $1 = [KZ KG]  $2 = %a%  $3 = %b%  $4 = trainer  $5 = 100

-- everything

		SELECT count(*) OVER (), p.id, p.given_name || ' ' || p.family_name, btrim(p.latin_given || ' ' || p.latin_family),
		       coalesce(p.email, ''), coalesce(p.login, ''), coalesce(p.country, ''),
		       ce.id, ce.name, o.id, o.name,
		       (SELECT coalesce(string_agg(DISTINCT m.role, ','), '') FROM memberships m WHERE m.person_id = p.id),
		       p.state, p.last_seen_at
		  FROM persons p
		  LEFT JOIN centres ce ON ce.id = p.centre_id
		  LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE p.state <> 'erased'
   AND (p.country = ANY ($1::text[]) OR p.centre_id = ANY ($2::text[]::uuid[]) OR EXISTS (SELECT FROM enrolments e WHERE e.person_id = p.id AND e.state <> 'withdrawn' AND e.course_id = ANY ($3::text[]::uuid[])) OR EXISTS (SELECT FROM enrolments e WHERE e.person_id = p.id AND e.state <> 'withdrawn' AND e.cohort_id = ANY ($4::text[]::uuid[])))
   AND p.country = $5
   AND p.centre_id = $6
		 ORDER BY p.sort_name, p.id
		 LIMIT 50 OFFSET $7
-- $1 = [KZ]  $2 = [00000000-0000-0000-0000-000000000001]  $3 = [00000000-0000-0000-0000-000000000002]  $4 = [00000000-0000-0000-0000-000000000003]  $5 = KZ  $6 = 00000000-0000-0000-0000-000000000004  $7 = 0

-- nothing

		SELECT count(*) OVER (), p.id, p.given_name || ' ' || p.family_name, btrim(p.latin_given || ' ' || p.latin_family),
		       coalesce(p.email, ''), coalesce(p.login, ''), coalesce(p.country, ''),
		       ce.id, ce.name, o.id, o.name,
		       (SELECT coalesce(string_agg(DISTINCT m.role, ','), '') FROM memberships m WHERE m.person_id = p.id),
		       p.state, p.last_seen_at
		  FROM persons p
		  LEFT JOIN centres ce ON ce.id = p.centre_id
		  LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE p.state <> 'erased'
   AND false
		 ORDER BY p.sort_name, p.id
		 LIMIT 50 OFFSET $1
-- $1 = 0


package programme

import (
	"context"
	"encoding/json"
	"time"

	"mostik/lms/db"
	"mostik/lms/programme/rule"
)

// factsSQL gives everything that may count for one participation under the components of a version, whatever table it
// lies in. $1 is the person, $2 the participation, $3 the programme, $4 the components as JSON.
const factsSQL = `
WITH c AS (
    SELECT * FROM json_to_recordset($4) AS c(key text, kind text, course text, activity text, programmes text[])
)
SELECT c.kind, c.key, e.id::text, '', e.state = 'completed', CASE WHEN e.state = 'completed' THEN '' ELSE e.standing END,
       coalesce(e.score, 0)::float8, 0, coalesce(e.completed_at, e.started_at, e.enrolled_at), NULL::date
  FROM c JOIN courses k ON k.key = c.course JOIN enrolments e ON e.course_id = k.id AND e.person_id = $1 AND e.state <> 'withdrawn'
 WHERE c.kind = 'course'
UNION ALL
SELECT c.kind, c.key, e.id::text, '', a.state = 'done', a.state, coalesce(a.score, 0)::float8, 0, coalesce(a.done_at, a.updated_at), NULL
  FROM c JOIN courses k ON k.key = c.course JOIN enrolments e ON e.course_id = k.id AND e.person_id = $1 AND e.state <> 'withdrawn'
  JOIN activity_progress a ON a.enrolment_id = e.id AND a.activity_key = c.activity AND a.score IS NOT NULL
 WHERE c.kind = 'quiz'
UNION ALL
SELECT c.kind, c.key, w.id, w.title, true, '', m.percent::float8, m.minutes, w.starts_at, NULL
  FROM c JOIN programme_webinars x ON x.programme_id = $3 AND x.component = c.key
  JOIN webinars w ON w.id = x.webinar_id JOIN webinar_minutes m ON m.webinar_id = w.id AND m.person_id = $1
 WHERE c.kind = 'webinar'
UNION ALL
SELECT c.kind, c.key, d.id::text, d.title, a.state = 'present', a.state, 0, a.minutes, d.starts_at, NULL
  FROM c JOIN programme_days d ON d.programme_id = $3 AND d.component = c.key
  JOIN day_attendance a ON a.day_id = d.id AND a.person_id = $1
 WHERE c.kind = 'day'
UNION ALL
SELECT c.kind, c.key, v.id::text, v.words, v.state = 'accepted', v.state, 0, 0, coalesce(v.obtained_on::timestamptz, v.handed_in_at), NULL
  FROM c JOIN programme_evidence v ON v.participation_id = $2 AND v.component = c.key AND v.kind = c.kind
UNION ALL
SELECT c.kind, c.key, t.serial, '', t.state = 'valid', t.state, 0, 0, t.issued_at, t.expires_on
  FROM c JOIN programmes p ON p.key = ANY (c.programmes)
  JOIN certificates t ON t.programme_id = p.id AND t.person_id = $1 AND t.kind = 'achievement' AND t.state IN ('valid', 'suspended')
 WHERE c.kind = 'programme'
 ORDER BY 2, 3`

// facts reads what may count for a participation under a version.
func (s *Service) facts(ctx context.Context, q db.Queryer, pa *participation, v *version) ([]rule.Fact, error) {
	type component struct {
		Key        string    `json:"key"`
		Kind       rule.Kind `json:"kind"`
		Course     string    `json:"course"`
		Activity   string    `json:"activity"`
		Programmes []string  `json:"programmes"`
	}
	components := make([]component, len(v.Components))
	for i, c := range v.Components {
		components[i] = component{c.Key, c.Kind, c.Course, c.Activity, append([]string{c.Programme}, c.Equivalents...)}
	}
	raw, err := json.Marshal(components)
	if err != nil {
		return nil, err
	}
	return list(ctx, q, func(from scanner) (f rule.Fact, err error) {
		var until *time.Time
		err = from.Scan(&f.Kind, &f.Component, &f.Ref, &f.Title, &f.Done, &f.State, &f.Percent, &f.Minutes, &f.At, &until)
		f.At = f.At.UTC()
		if until != nil {
			f.Until = until.UTC()
		}
		return f, err
	}, factsSQL, pa.Person, pa.ID, pa.Programme, string(raw))
}

// since keeps what was done after a moment: what a renewal may count.
func since(facts []rule.Fact, at time.Time) []rule.Fact {
	var later []rule.Fact
	for _, f := range facts {
		if f.At.After(at) {
			later = append(later, f)
		}
	}
	return later
}

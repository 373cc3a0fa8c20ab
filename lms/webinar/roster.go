package webinar

import (
	"context"

	"mostik/live/room"
	"mostik/lms"
	"mostik/lms/db"
)

// mostExpected bounds the list of whom a centre expects: a room of people, not a region.
const mostExpected = 200

// Expected tells whom a centre expects at a webinar: its people who study in the webinar's cohort, or where it is for no
// cohort, its people who study anything. Who leads or speaks comes by themselves. Of a webinar that the calendar does
// not know, nobody.
func (s *Service) Expected(ctx context.Context, id, centre string) (list []room.Expected, err error) {
	defer lms.Wrap(&err, "webinar.Expected(%s)", id)
	rows, err := db.Rows(ctx, s.DB, `
		SELECT p.id::text, trim(p.given_name || ' ' || p.family_name)
		  FROM webinars w
		  JOIN webinar_sites t ON t.webinar_id = w.id AND t.centre_id::text = $2
		  JOIN persons p ON p.centre_id = t.centre_id AND p.state = 'active'
		 WHERE w.id = $1
		   AND EXISTS (SELECT FROM enrolments e
		                WHERE e.person_id = p.id AND e.state <> 'withdrawn' AND (w.cohort_id IS NULL OR e.cohort_id = w.cohort_id))
		   AND NOT EXISTS (SELECT FROM webinar_people x WHERE x.webinar_id = w.id AND x.person_id = p.id)
		 ORDER BY p.sort_name, p.id LIMIT $3`, id, centre, mostExpected)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e room.Expected
		if err := rows.Scan(&e.Account, &e.Name); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, e)
	}
	return list, db.Translate(rows.Err())
}

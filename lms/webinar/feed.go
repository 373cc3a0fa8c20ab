package webinar

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"mostik/lms"
	"mostik/lms/db"
)

// feedPast is how long a webinar that is over stands in a feed, feedMost how many there are at once.
const (
	feedPast = 90 * 24 * time.Hour
	feedMost = 500
)

// Feed is the private address of somebody's calendar of webinars, which a calendar program follows. Whoever has it reads
// titles, times and hosts, and nothing else can be done with it.
type Feed struct {
	// Path is "" while there is none.
	Path   string     `json:"path"`
	MadeAt *time.Time `json:"made_at,omitempty"`
}

// MyFeed gives the address of the actor's own calendar.
func (s *Service) MyFeed(ctx context.Context, actor lms.Actor) (f Feed, err error) {
	defer lms.Wrap(&err, "webinar.MyFeed")
	var code string
	var made time.Time
	err = db.Found(db.Row(ctx, s.DB, `SELECT code, made_at FROM calendar_feeds WHERE person_id = $1`, actor.Person).Scan(&code, &made), "calendar")
	if lms.KindOf(err) == lms.NotFound {
		return Feed{}, nil
	}
	made = made.UTC()
	return Feed{feedPath(code), &made}, err
}

func feedPath(code string) string { return "/api/v1/calendars/" + code + ".ics" }

// MakeFeed gives the actor a new address; the one before leads nowhere from then on.
func (s *Service) MakeFeed(ctx context.Context, actor lms.Actor) (f Feed, err error) {
	defer lms.Wrap(&err, "webinar.MakeFeed")
	code, now := strings.ToLower(rand.Text()), s.Now().UTC()
	_, err = db.Exec(ctx, s.DB, `
		INSERT INTO calendar_feeds (person_id, code, made_at) VALUES ($1, $2, $3)
		ON CONFLICT (person_id) DO UPDATE SET code = EXCLUDED.code, made_at = EXCLUDED.made_at`, actor.Person, code, now)
	return Feed{feedPath(code), &now}, err
}

// DropFeed takes the address away: it leads nowhere from then on.
func (s *Service) DropFeed(ctx context.Context, actor lms.Actor) (err error) {
	defer lms.Wrap(&err, "webinar.DropFeed")
	_, err = db.Exec(ctx, s.DB, `DELETE FROM calendar_feeds WHERE person_id = $1`, actor.Person)
	return err
}

// Followed gives the calendar of whoever a code was made for: the webinars that they lead, to which they are invited,
// or to which they bring a centre. One that is cancelled is no longer in it. Errors: NotFound.
func (s *Service) Followed(ctx context.Context, code string) (file string, err error) {
	defer lms.Wrap(&err, "webinar.Followed")
	var actor lms.Actor
	err = db.Row(ctx, s.DB, `
		SELECT p.id FROM calendar_feeds f JOIN persons p ON p.id = f.person_id AND p.state = 'active' WHERE f.code = $1`, strings.TrimSuffix(code, ".ics")).
		Scan(&actor.Person)
	if err != nil {
		return "", db.Found(err, "calendar")
	}
	r, err := s.reader(ctx, actor)
	if err != nil {
		return "", err
	}
	rows, err := db.Rows(ctx, s.DB, `
		SELECT`+columns+`
		  FROM webinars w LEFT JOIN cohorts c ON c.id = w.cohort_id
		 WHERE w.cancelled_at IS NULL AND w.ends_at > $2 AND (
		       EXISTS (SELECT FROM webinar_people x WHERE x.webinar_id = w.id AND x.person_id = $1)
		    OR EXISTS (SELECT FROM enrolments e WHERE e.cohort_id = w.cohort_id AND e.person_id = $1 AND e.state <> 'withdrawn')
		    OR EXISTS (SELECT FROM webinar_sites s JOIN persons p ON p.centre_id = s.centre_id WHERE s.webinar_id = w.id AND p.id = $1)
		    OR EXISTS (SELECT FROM webinar_sites s JOIN memberships m ON m.role = 'facilitator' AND m.scope_kind = 'centre' AND m.scope_id = s.centre_id
		                WHERE s.webinar_id = w.id AND m.person_id = $1))
		 ORDER BY w.starts_at, w.id LIMIT $3`, actor.Person, s.Now().Add(-feedPast), feedMost)
	if err != nil {
		return "", err
	}
	var list []entry
	for rows.Next() {
		w, e := scan(rows)
		if e != nil {
			err = e
			break
		}
		list = append(list, s.noted(w, r))
	}
	if err = errors.Join(err, db.Translate(rows.Err()), rows.Close()); err != nil {
		return "", err
	}
	return calendar(ics.MethodPublish, s.Organizer.Name, list...), nil
}

// Package demo makes up a programme: places, organisations, a thousand people with study histories of the past
// months, half of them in the Slovak programme with its courses, webinars and days, and accounts to look around with.
// Nobody in it is real.
//
// Everything follows from names and the moment of loading, so two loadings at one moment are alike but for
// the serials of certificates and the salts of passwords. Studies are told to learning.History, which
// keeps the rules and the sums; this package decides only who does what, when and how well.
package demo

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses/content"
	"mostik/live/shelf"
	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/catalog"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/record"
	calendar "mostik/lms/webinar"
)

// Password opens every account of [Accounts].
const Password = "mostik-demo"

// course is what everybody studies; some take the others that are shipped as well.
const course = "trafficking"

// Deps are what loading stands on.
type Deps struct {
	DB           *bun.DB
	Accounts     *account.Service
	Catalog      *catalog.Service
	Certificates *certificate.Service
	Webinars     *calendar.Service
	Now          func() time.Time
	// Journals and Rooms are the folders of the live wing where rooms write down what happens and what they know; Shelf
	// holds its files, and DeckFile tells where a set of slides lies.
	Journals, Rooms string
	Shelf           *shelf.Shelf
	DeckFile        func(webinar, key string) (path string, err error)
	// AmongOthers loads into a database that has people already.
	AmongOthers bool
}

// Empty tells whether a database has no people, which is when a demonstration may fill it.
func Empty(ctx context.Context, d *bun.DB) (bool, error) {
	var empty bool
	err := db.Row(ctx, d, `SELECT NOT EXISTS (SELECT FROM persons)`).Scan(&empty)
	return empty, db.Translate(err)
}

// Load imports the courses and makes up the programme around it, in one transaction; then it lets the past webinar
// happen in a room, and sends the invitations to one to come, which the caller's worker delivers. It tells the progress
// in short English lines. Errors: Conflict with code has-people.
func Load(ctx context.Context, deps Deps, progress func(string)) (err error) {
	defer lms.Wrap(&err, "demo.Load")
	if progress == nil {
		progress = func(string) {}
	}
	empty, err := Empty(ctx, deps.DB)
	if err != nil {
		return err
	}
	if !empty && !deps.AmongOthers {
		return lms.ErrConflict("has-people", "the database has people already; made-up ones are loaded into an empty one")
	}
	l := &loading{Deps: deps, now: deps.Now().UTC().Truncate(time.Second)}
	progress("importing the courses")
	if err := l.importCourses(ctx); err != nil {
		return err
	}
	if l.password, err = l.passwords(ctx); err != nil {
		return err
	}
	if l.unknown, err = l.Accounts.HashPassword(ctx, rand.Text()); err != nil {
		return err
	}
	err = db.InTx(ctx, deps.DB, func(ctx context.Context, tx bun.Tx) error {
		l.centres, l.organisations, l.people, l.cohorts = centres(), organisations(), nil, nil
		progress("making up people")
		if err := l.storePlaces(ctx, tx); err != nil {
			return err
		}
		if err := l.storePeople(ctx, tx); err != nil {
			return err
		}
		if err := l.storeCohorts(ctx, tx); err != nil {
			return err
		}
		progress(fmt.Sprintf("making up the studies of %d people", len(l.people)))
		if err := l.storeStudies(ctx, tx); err != nil {
			return err
		}
		if err := l.storeWebinars(ctx, tx); err != nil {
			return err
		}
		progress("writing down who did what")
		return l.storeEvents(ctx, tx)
	})
	if err != nil {
		return err
	}
	if err := l.analyse(ctx, "persons, enrolments, attempts, activity_progress, certificates, desk_standings, course_versions"); err != nil {
		return err
	}
	progress("holding a webinar")
	if err := l.hold(ctx); err != nil {
		return err
	}
	progress("certifying by programmes")
	if err := l.storeProgrammes(ctx); err != nil {
		return err
	}
	if err := l.storeAwards(ctx); err != nil {
		return err
	}
	progress("counting for the donor")
	if err := l.storeReports(ctx); err != nil {
		return err
	}
	progress("reminding people and bringing tables")
	if err := l.storeCoordination(ctx); err != nil {
		return err
	}
	if err := l.invite(ctx); err != nil {
		return err
	}
	// Histories were stored as such: what they earned is put on record here.
	if _, err := record.Adopt(ctx, deps.DB); err != nil {
		return err
	}
	return l.storeHooks(ctx)
}

// loading is one loading with what it has made so far.
type loading struct {
	Deps
	now     time.Time
	version *catalog.Loaded
	// further are the other courses that are shipped.
	further  []*catalog.Loaded
	password []string // hashes, one an account
	unknown  string   // the hash of a password that nobody knows

	centres       []centre
	organisations []organisation
	people        []*person
	cohorts       []*cohort
}

// importCourses publishes the courses as they are shipped and opens them to everybody.
func (l *loading) importCourses(ctx context.Context) error {
	for _, key := range content.Keys() {
		folder, err := content.Course(key)
		if err != nil {
			return err
		}
		done, err := l.Catalog.ImportFolder(ctx, folder)
		if err != nil {
			return fmt.Errorf("importing %s: %w (%v)", key, err, done.Problems)
		}
		if err := l.Catalog.SetOpen(ctx, key, true); err != nil {
			return err
		}
		v, err := l.Catalog.Version(ctx, done.Version)
		if err != nil {
			return err
		}
		if key == course {
			l.version = v
		} else {
			l.further = append(l.further, v)
		}
	}
	return nil
}

func (l *loading) passwords(ctx context.Context) ([]string, error) {
	hashes := make([]string, len(Accounts()))
	for i := range hashes {
		var err error
		if hashes[i], err = l.Accounts.HashPassword(ctx, Password); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

func (l *loading) centre(key string) *centre {
	for i := range l.centres {
		if l.centres[i].key == key {
			return &l.centres[i]
		}
	}
	return &l.centres[0]
}

// analyse lets the database look at what was stored: until it has, it takes every table for an empty one, and reads
// all of it for each of the thousands of small questions that follow.
func (l *loading) analyse(ctx context.Context, tables string) error {
	_, err := db.Exec(ctx, l.DB, `ANALYZE `+tables)
	return err
}

// weeks gives the moment so many weeks from now; negative is the past.
func (l *loading) weeks(n float64) time.Time {
	return l.now.Add(time.Duration(n * 7 * 24 * float64(time.Hour)))
}

// into is a statement that takes many rows as one JSON text.
type into struct {
	sql  string
	rows any
}

func (l *loading) insert(ctx context.Context, tx bun.IDB, list ...into) error {
	for _, i := range list {
		raw, err := json.Marshal(i.rows)
		if err != nil {
			return err
		}
		if string(raw) == "null" {
			continue
		}
		if _, err := db.Exec(ctx, tx, i.sql, string(raw)); err != nil {
			return fmt.Errorf("%.60s: %w", i.sql, err)
		}
	}
	return nil
}

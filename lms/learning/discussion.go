package learning

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// Post is one contribution to a discussion.
type Post struct {
	ID     lms.ID[lms.Post]  `json:"id"`
	Parent *lms.ID[lms.Post] `json:"parent,omitempty"`
	Author PostAuthor        `json:"author"`
	At     time.Time         `json:"at"`
	// Text is plain; empty where the post is hidden and the reader may not moderate.
	Text   string `json:"text"`
	Hidden bool   `json:"hidden"`
	// Why it was hidden, for its author and moderators.
	Why string `json:"why,omitempty"`
	// Progress is there in the answer to posting.
	Progress *ProgressView `json:"progress,omitempty"`
}

// PostAuthor is who wrote a post.
type PostAuthor struct {
	Name   string `json:"name"`
	Centre string `json:"centre,omitempty"`
	Mine   bool   `json:"mine"`
}

// maxPosts bounds a thread as it is shown; older ones are left out.
const maxPosts = 500

// Posts lists the discussion of an activity among those of the same cohort, the oldest first.
// Errors: NotFound, Forbidden (locked).
func (s *Service) Posts(ctx context.Context, actor lms.Actor, id lms.ID[lms.Enrolment], key, lang string) (list []Post, err error) {
	defer lms.Wrap(&err, "learning.Posts(%s, %s)", id, key)
	st, err := s.loadStudy(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := st.may(actor, lms.Discuss); err != nil {
		return nil, err
	}
	if _, err := st.open(key, lang, courses.Discussion); err != nil && actor.Person == st.Person {
		return nil, err
	}
	moderates := st.may(actor, lms.Moderate) == nil
	rows, err := db.Rows(ctx, s.DB, `
		SELECT * FROM (
			SELECT p.id, p.parent_id, trim(a.given_name || ' ' || a.family_name), coalesce(c.name, ''),
			       p.author_id = $4, p.posted_at, p.body, p.hidden_at IS NOT NULL, p.hidden_why
			  FROM posts p
			  JOIN persons a ON a.id = p.author_id
			  LEFT JOIN centres c ON c.id = a.centre_id
			 WHERE p.course_id = $1 AND p.activity_key = $2 AND p.cohort_id IS NOT DISTINCT FROM $3
			 ORDER BY p.posted_at DESC, p.id DESC
			 LIMIT $5) newest
		ORDER BY 6, 1`, st.Course, key, nullID(st.Cohort), actor.Person, maxPosts)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list = []Post{}
	for rows.Next() {
		p, err := scanPost(rows)
		if err != nil {
			return nil, db.Translate(err)
		}
		if p.Hidden && !moderates && !p.Author.Mine {
			p.Text, p.Why = "", ""
		}
		list = append(list, p)
	}
	return list, db.Translate(rows.Err())
}

func scanPost(from scanner) (p Post, err error) {
	var parent lms.ID[lms.Post]
	err = from.Scan(&p.ID, &parent, &p.Author.Name, &p.Author.Centre, &p.Author.Mine, &p.At, &p.Text, &p.Hidden, &p.Why)
	if !parent.IsZero() {
		p.Parent = &parent
	}
	return p, err
}

// PostInput is a contribution under an id made on the device.
type PostInput struct {
	Enrolment lms.ID[lms.Enrolment]
	Activity  string
	ID        lms.ID[lms.Post]
	Parent    *lms.ID[lms.Post]
	Text      string
	Lang      string
}

// Post adds a contribution. The same id again is the same post. Errors: NotFound (also of the parent),
// Forbidden (locked), Invalid.
func (s *Service) Post(ctx context.Context, actor lms.Actor, in PostInput) (post Post, err error) {
	defer lms.Wrap(&err, "learning.Post(%s, %s)", in.Enrolment, in.Activity)
	in.Text = strings.TrimSpace(in.Text)
	if in.Text == "" {
		return post, lms.ErrInvalid("text", "required", "a post has words")
	}
	if guest, err := s.guest(ctx, actor, in); err != nil || guest != nil {
		if err != nil {
			return post, err
		}
		return insertPost(ctx, s.DB, actor, guest, in, s.now())
	}
	view, err := s.change(ctx, actor, in.Enrolment, in.Activity, in.Lang, []kind{courses.Discussion}, func(tx bun.Tx, st *study, a *catalog.Activity) (*change, error) {
		if post, err = insertPost(ctx, tx, actor, st, in, s.now()); err != nil {
			return nil, err
		}
		return &change{State: handedInState(a.Activity)}, nil
	})
	post.Progress = view
	return post, err
}

// guest gives the enrolment when the actor joins the discussion of a cohort without studying in it: its
// trainer or coordinator. It is nil for the enrolment's own person.
func (s *Service) guest(ctx context.Context, actor lms.Actor, in PostInput) (*study, error) {
	st, err := s.loadStudy(ctx, in.Enrolment)
	if err != nil || st.Person == actor.Person {
		return nil, err
	}
	if err := st.may(actor, lms.Discuss); err != nil {
		return nil, err
	}
	if a, err := st.activity(in.Activity); err != nil || a.Kind != courses.Discussion {
		return nil, lms.ErrNotFound("discussion")
	}
	return st, nil
}

// insertPost adds a post to the thread of the author's cohort; an answer answers a post of the same thread.
func insertPost(ctx context.Context, tx bun.IDB, actor lms.Actor, st *study, in PostInput, now time.Time) (Post, error) {
	var parent any
	if in.Parent != nil {
		parent = *in.Parent
	}
	var own any
	if st.Person == actor.Person {
		own = st.ID
	}
	p, err := scanPost(db.Row(ctx, tx, `
		WITH added AS (
			INSERT INTO posts (id, cohort_id, course_id, activity_key, parent_id, enrolment_id, author_id, body, posted_at)
			SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
			 WHERE $5::uuid IS NULL OR EXISTS (
			       SELECT FROM posts WHERE id = $5 AND course_id = $3 AND activity_key = $4 AND cohort_id IS NOT DISTINCT FROM $2)
			ON CONFLICT (id) DO NOTHING
			RETURNING *
		), there AS (
			SELECT * FROM added UNION ALL SELECT * FROM posts WHERE id = $1 AND author_id = $7
		)
		SELECT p.id, p.parent_id, trim(a.given_name || ' ' || a.family_name), coalesce(c.name, ''), true, p.posted_at,
		       p.body, p.hidden_at IS NOT NULL, p.hidden_why
		  FROM there p
		  JOIN persons a ON a.id = p.author_id
		  LEFT JOIN centres c ON c.id = a.centre_id`,
		in.ID, nullID(st.Cohort), st.Course, in.Activity, parent, own, actor.Person, in.Text, now))
	return p, db.Found(err, "post that is answered")
}

// postFacts gives who wrote a post and where it belongs.
func (s *Service) postFacts(ctx context.Context, id lms.ID[lms.Post]) (lms.Facts, error) {
	var f lms.Facts
	var country sql.NullString
	err := db.Row(ctx, s.DB, `
		SELECT p.author_id, p.course_id, p.cohort_id, c.country, c.centre_id
		  FROM posts p LEFT JOIN cohorts c ON c.id = p.cohort_id WHERE p.id = $1`, id,
	).Scan(&f.Owner, &f.Course, &f.Cohort, &country, &f.Centre)
	f.Country = country.String
	return f, db.Found(err, "post")
}

// HidePost takes a post out of sight and says why. Hiding it again changes nothing. Errors: NotFound,
// Forbidden.
func (s *Service) HidePost(ctx context.Context, actor lms.Actor, id lms.ID[lms.Post], why string) (err error) {
	defer lms.Wrap(&err, "learning.HidePost(%s)", id)
	facts, err := s.postFacts(ctx, id)
	if err != nil {
		return err
	}
	if err := actor.Can(lms.Moderate, facts); err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		n, err := db.Exec(ctx, tx, `
			UPDATE posts SET hidden_at = $2, hidden_by = $3, hidden_why = $4 WHERE id = $1 AND hidden_at IS NULL`,
			id, s.now(), actor.Person, why)
		if err != nil || n == 0 {
			return err
		}
		return audited(ctx, tx, actor, s.now(), "post.hide", "post", id.String(), nil)
	})
}

// DeletePost removes the actor's own post. Where somebody answered it, its place stays and its words go.
// Errors: NotFound.
func (s *Service) DeletePost(ctx context.Context, actor lms.Actor, id lms.ID[lms.Post]) (err error) {
	defer lms.Wrap(&err, "learning.DeletePost(%s)", id)
	facts, err := s.postFacts(ctx, id)
	if err != nil {
		return err
	}
	if err := actor.Can(lms.Study, lms.Facts{Owner: facts.Owner}); err != nil {
		return err
	}
	_, err = db.Exec(ctx, s.DB, `
		WITH gone AS (
			DELETE FROM posts p WHERE id = $1 AND NOT EXISTS (SELECT FROM posts WHERE parent_id = p.id) RETURNING id
		)
		UPDATE posts SET body = '…', hidden_at = $2, hidden_by = $3
		 WHERE id = $1 AND NOT EXISTS (SELECT FROM gone)`, id, s.now(), actor.Person)
	return err
}

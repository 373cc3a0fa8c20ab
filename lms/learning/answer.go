package learning

import (
	"container/list"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"mostik/courses"
	"mostik/courses/quiz"
	"mostik/lms"
	"mostik/lms/db"
)

// maxPapers bounds the papers kept in memory; one takes about 2 kB.
const maxPapers = 8192

// seenEvery is how often answering alone moves a person's "last seen": a report is no stopwatch, and each
// move rewrites the enrolment's row.
const seenEvery = 10 * time.Minute

// AnswerInput is one answer as it comes from a device.
type AnswerInput struct {
	Attempt lms.ID[lms.Attempt]
	// ID is made on the device, once for each answer; a repeat has the same.
	ID       lms.ID[lms.Answer]
	Question string
	// Revision counts on the device; the highest of a question is the answer.
	Revision int64
	// Content is the answer as courses/quiz reads it; null takes the answer back.
	Content json.RawMessage
}

// Saved is what the device is told. A repeat is told the same.
type Saved struct {
	ID       lms.ID[lms.Answer] `json:"answer_id"`
	Revision int64              `json:"revision"`
	// Late tells that it came after deadline and grace, or after the attempt was handed in: it is kept and
	// shown, and not scored.
	Late bool `json:"late"`
	// Answered counts the questions of the attempt that have an answer.
	Answered int `json:"answered"`
	// Newest tells that no higher revision of the question was there.
	Newest bool `json:"newest"`
}

// Answer saves one answer. It may come any number of times, in any order and from several devices.
// Errors: NotFound (no such attempt, or not the actor's; no such question in it), Invalid.
func (s *Service) Answer(ctx context.Context, actor lms.Actor, in AnswerInput) (saved Saved, err error) {
	defer lms.Wrap(&err, "learning.Answer(%s, %s)", in.Attempt, in.ID)
	paper, err := s.paperOf(ctx, in.Attempt)
	if err != nil {
		return Saved{}, err
	}
	if err := actor.Can(lms.Study, lms.Facts{Owner: paper.person}); err != nil {
		return Saved{}, err
	}
	content, err := s.readAnswer(ctx, paper, in)
	if err != nil {
		return Saved{}, err
	}
	now := s.now()
	query := answerSQL
	if s.papers.seen(paper, now) {
		query = answerSeenSQL
	}
	saved = Saved{ID: in.ID}
	row := db.Row(ctx, s.DB, query, in.Attempt, in.ID, in.Question, in.Revision, content, now, actor.Person)
	err = row.Scan(&saved.Revision, &saved.Late, &saved.Newest, &saved.Answered)
	if errors.Is(err, sql.ErrNoRows) {
		// The same answer arrived twice at the same moment and the other was first, or the attempt is gone.
		err = db.Row(ctx, s.DB, `
			SELECT revision, late, newest, answered FROM answers WHERE attempt_id = $1 AND id = $2`,
			in.Attempt, in.ID).Scan(&saved.Revision, &saved.Late, &saved.Newest, &saved.Answered)
	}
	if err != nil {
		return Saved{}, db.Found(err, "attempt")
	}
	return saved, nil
}

// readAnswer checks an answer against its question and gives it as it is stored: with real keys.
func (s *Service) readAnswer(ctx context.Context, paper *paperFacts, in AnswerInput) (string, error) {
	if paper.kind != string(courses.Quiz) {
		return "", lms.ErrNotFound("question")
	}
	seed, ok := paper.paper.seedOf(in.Question)
	if !ok {
		return "", lms.ErrNotFound("question")
	}
	v, err := s.Catalog.Version(ctx, paper.version)
	if err != nil {
		return "", err
	}
	q, ok := v.Question(in.Question)
	if !ok {
		return "", lms.ErrNotFound("question")
	}
	raw := []byte(in.Content)
	if len(raw) == 0 || string(raw) == "null" {
		raw = []byte("{}")
	}
	answer, err := quiz.ParseAnswer(q.Question, seed, raw)
	if err != nil {
		return "", &lms.Error{Kind: lms.Invalid, Code: "answer-malformed", Field: "content", Detail: err.Error(), Err: err}
	}
	content, err := json.Marshal(answer)
	return string(content), err
}

func (p *paper) seedOf(question string) (quiz.Seed, bool) {
	for _, q := range p.Questions {
		if q.Key == question {
			return q.Seed, true
		}
	}
	return 0, false
}

// answerHead locks the attempt, which makes its handing-in wait for this answer and this answer see that it
// was handed in. The owner is asked for again: an enrolment may have been withdrawn since the paper was read.
const answerHead = `
	WITH attempt AS MATERIALIZED (
		SELECT a.enrolment_id, a.state <> 'open' OR coalesce(a.grace_until < $6, false) AS late
		  FROM attempts a JOIN enrolments e ON e.id = a.enrolment_id
		 WHERE a.id = $1 AND e.person_id = $7 AND e.state <> 'withdrawn'
		   FOR UPDATE OF a
	),`

const answerBody = `
	have AS (
		SELECT DISTINCT ON (question_key) question_key, revision, id, content::text = '{}' AS empty
		  FROM answers
		 WHERE attempt_id = $1 AND NOT late
		 ORDER BY question_key, revision DESC, id DESC
	), told AS (
		SELECT t.late, NOT t.late AND own.question_key IS NULL AS newest,
		       (SELECT count(*) FROM have WHERE NOT empty AND question_key <> $3)
		     + CASE WHEN t.late OR own.question_key IS NOT NULL
		            THEN (SELECT count(*) FROM have WHERE NOT empty AND question_key = $3)
		            ELSE ($5::text <> '{}')::int END AS answered
		  FROM attempt t
		  LEFT JOIN have own ON own.question_key = $3 AND (own.revision, own.id) > ($4::bigint, $2::uuid)
	), added AS (
		INSERT INTO answers (attempt_id, id, question_key, revision, content, received_at, late, newest, answered)
		SELECT $1, $2, $3, $4, $5::text::json, $6, late, newest, answered FROM told
		ON CONFLICT (attempt_id, id) DO NOTHING
		RETURNING revision, late, newest, answered
	)
	SELECT revision, late, newest, answered FROM added
	UNION ALL
	SELECT a.revision, a.late, a.newest, a.answered
	  FROM answers a, attempt WHERE a.attempt_id = $1 AND a.id = $2`

const (
	answerSQL     = answerHead + answerBody
	answerSeenSQL = answerHead + `
	seen AS (
		UPDATE enrolments e SET last_seen_at = $6 FROM attempt
		 WHERE e.id = attempt.enrolment_id AND (e.last_seen_at IS NULL OR e.last_seen_at < $6)
	),` + answerBody
)

// paperFacts is what never changes about an attempt, kept in memory for the many answers to it.
type paperFacts struct {
	person  lms.ID[lms.Person]
	version lms.ID[lms.Version]
	kind    string
	paper   paper

	lastSeen time.Time // guarded by the cache's lock
}

func (s *Service) paperOf(ctx context.Context, id lms.ID[lms.Attempt]) (*paperFacts, error) {
	if p := s.papers.get(id); p != nil {
		return p, nil
	}
	p := &paperFacts{}
	var raw []byte
	err := db.Row(ctx, s.DB, `
		SELECT e.person_id, a.version_id, a.kind, a.paper
		  FROM attempts a JOIN enrolments e ON e.id = a.enrolment_id
		 WHERE a.id = $1`, id).Scan(&p.person, &p.version, &p.kind, &raw)
	if err != nil {
		return nil, db.Found(err, "attempt")
	}
	if err := json.Unmarshal(raw, &p.paper); err != nil {
		return nil, err
	}
	s.papers.put(id, p)
	return p, nil
}

// papers is a cache with a bound that evicts what was used least recently.
type papers struct {
	mu    sync.Mutex
	limit int
	byID  map[lms.ID[lms.Attempt]]*list.Element
	order list.List // of cachedPaper, the most recently used in front
}

type cachedPaper struct {
	id    lms.ID[lms.Attempt]
	facts *paperFacts
}

func (c *papers) get(id lms.ID[lms.Attempt]) *paperFacts {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byID[id]
	if !ok {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(cachedPaper).facts
}

func (c *papers) put(id lms.ID[lms.Attempt], p *paperFacts) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil {
		c.byID = map[lms.ID[lms.Attempt]]*list.Element{}
	}
	if _, ok := c.byID[id]; ok {
		return
	}
	c.byID[id] = c.order.PushFront(cachedPaper{id, p})
	for c.order.Len() > c.limit {
		oldest := c.order.Back()
		c.order.Remove(oldest)
		delete(c.byID, oldest.Value.(cachedPaper).id)
	}
}

// seen tells whether "last seen" is due to be moved, and notes that it is being moved.
func (c *papers) seen(p *paperFacts, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Sub(p.lastSeen) < seenEvery {
		return false
	}
	p.lastSeen = now
	return true
}

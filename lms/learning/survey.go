package learning

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/courses/scale"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// SurveyInput is what somebody answered to a survey.
type SurveyInput struct {
	Enrolment lms.ID[lms.Enrolment]
	Activity  string
	Answers   scale.Response
	Lang      string
}

// AnswerSurvey stores a response, once for each person. That of an anonymous survey carries neither person,
// enrolment, device nor hour; that somebody answered is known from their progress alone. A repeat changes
// nothing. Errors: NotFound, Forbidden (locked), Invalid.
func (s *Service) AnswerSurvey(ctx context.Context, actor lms.Actor, in SurveyInput) (view *ProgressView, err error) {
	defer lms.Wrap(&err, "learning.AnswerSurvey(%s, %s)", in.Enrolment, in.Activity)
	return s.change(ctx, actor, in.Enrolment, in.Activity, in.Lang, []kind{courses.Survey}, func(tx bun.Tx, st *study, a *catalog.Activity) (*change, error) {
		if state := st.Progress.State(a.Index); state == Done || state == Submitted {
			return nil, nil // answered before
		}
		survey := st.Loaded.Package.Surveys[a.Survey]
		if survey == nil {
			return nil, lms.ErrNotFound("survey")
		}
		if err := scale.Validate(survey, in.Answers); err != nil {
			return nil, &lms.Error{Kind: lms.Invalid, Code: "answer-malformed", Field: "answers", Detail: err.Error(), Err: err}
		}
		answers, err := json.Marshal(in.Answers)
		if err != nil {
			return nil, err
		}
		if survey.Anonymous {
			err = insertAnonymous(ctx, tx, st.Version, a.Key, string(answers), s.now())
		} else {
			_, err = db.Exec(ctx, tx, `
				INSERT INTO survey_responses (version_id, activity_key, enrolment_id, answers, answered_on)
				VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (enrolment_id, activity_key) DO NOTHING`,
				st.Version, a.Key, st.ID, string(answers), s.now())
		}
		return &change{State: handedInState(a.Activity)}, err
	})
}

// insertAnonymous adds a response that leads to nobody. Whoever reads the tables could still lay it beside the
// progress that was written in the same transaction: by the day, by the order of the rows, by the number of the
// transaction that PostgreSQL keeps with each (xmin). So the month stands for the day, and some earlier responses
// are written anew with this one, in an order by chance; those that somebody else is mixing are left alone.
func insertAnonymous(ctx context.Context, tx bun.IDB, version lms.ID[lms.Version], key, answers string, now time.Time) error {
	_, err := db.Exec(ctx, tx, `
		WITH mixed AS (
			DELETE FROM survey_responses
			 WHERE id IN (SELECT id FROM survey_responses
			               WHERE version_id = $1 AND activity_key = $2 AND enrolment_id IS NULL
			               ORDER BY random() LIMIT 16
			                 FOR UPDATE SKIP LOCKED)
			RETURNING answers, answered_on
		)
		INSERT INTO survey_responses (version_id, activity_key, answers, answered_on)
		SELECT $1, $2, answers, answered_on
		  FROM (SELECT answers, answered_on FROM mixed
		        UNION ALL SELECT $3::text::json, date_trunc('month', $4::timestamptz)::date) AS together
		 ORDER BY random()`, version, key, answers, now)
	return err
}

// Sealed is bytes that only the person's device can open.
type Sealed struct {
	Ciphertext string `json:"ciphertext"`
	Revision   int64  `json:"revision"`
	UpdatedAt  string `json:"updated_at"`
}

// maxSealed bounds a sealed note, in bytes of its text form.
const maxSealed = 64 << 10

// SealedInput is a note that was encrypted on the device.
type SealedInput struct {
	Enrolment  lms.ID[lms.Enrolment]
	Activity   string
	Ciphertext string
	Revision   int64
	Lang       string
}

// Seal keeps a reflection or a private worksheet; the highest revision stays. No role can read it, and the
// server has no key. Errors: NotFound, Forbidden (locked), TooLarge.
func (s *Service) Seal(ctx context.Context, actor lms.Actor, in SealedInput) (view *ProgressView, err error) {
	defer lms.Wrap(&err, "learning.Seal(%s, %s)", in.Enrolment, in.Activity)
	if len(in.Ciphertext) > maxSealed {
		return nil, &lms.Error{Kind: lms.TooLarge, Code: "too-long", Field: "ciphertext"}
	}
	kinds := []kind{courses.Reflection, courses.Worksheet}
	return s.change(ctx, actor, in.Enrolment, in.Activity, in.Lang, kinds, func(tx bun.Tx, st *study, a *catalog.Activity) (*change, error) {
		if err := actor.Can(lms.OpenSealed, lms.Facts{Owner: st.Person}); err != nil {
			return nil, err
		}
		if a.Kind == courses.Worksheet && a.HandedIn {
			return nil, lms.ErrNotFound("private worksheet")
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO sealed_notes AS n (enrolment_id, activity_key, revision, ciphertext, updated_at)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (enrolment_id, activity_key) DO UPDATE
			   SET revision = excluded.revision, ciphertext = excluded.ciphertext, updated_at = excluded.updated_at
			 WHERE n.revision < excluded.revision`, st.ID, a.Key, in.Revision, in.Ciphertext, s.now())
		return &change{State: handedInState(a.Activity)}, err
	})
}

// readSealed gives the note of an enrolment at an activity, nil without one.
func readSealed(ctx context.Context, q bun.IDB, id lms.ID[lms.Enrolment], key string) (*Sealed, error) {
	rows, err := db.Rows(ctx, q, `
		SELECT ciphertext, revision, to_json(updated_at) #>> '{}' FROM sealed_notes WHERE enrolment_id = $1 AND activity_key = $2`, id, key)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, db.Translate(rows.Err())
	}
	n := &Sealed{}
	return n, db.Translate(rows.Scan(&n.Ciphertext, &n.Revision, &n.UpdatedAt))
}

// checkFields refuses a worksheet with unknown, missing or overlong fields.
func checkFields(w *courses.WorksheetDoc, fields map[string]json.RawMessage) error {
	for key := range fields {
		if !slices.ContainsFunc(w.Fields, func(f courses.Field) bool { return f.Key == key }) {
			return lms.ErrInvalid("fields/"+key, "field-unknown", "the worksheet has no such field")
		}
	}
	for _, f := range w.Fields {
		raw, there := fields[f.Key]
		if !there || string(raw) == "null" || string(raw) == `""` {
			if f.Required {
				return lms.ErrInvalid("fields/"+f.Key, "required", "this field must be filled in")
			}
			continue
		}
		if err := checkField(f, raw); err != nil {
			return err
		}
	}
	return nil
}

// maxField bounds a text of a worksheet, in bytes.
const maxField = 16 << 10

func checkField(f courses.Field, raw json.RawMessage) error {
	malformed := lms.ErrInvalid("fields/"+f.Key, "wrong-type", "the value does not fit the field")
	switch f.Kind {
	case courses.Number:
		if !isNumber(raw) {
			return malformed
		}
		return nil
	case courses.Table:
		return checkTable(f, raw)
	}
	if f.Kind == courses.Check {
		var list []string
		var ticked bool
		switch {
		case json.Unmarshal(raw, &list) == nil:
			for _, v := range list {
				if !hasOption(f, v) {
					return malformed
				}
			}
		case json.Unmarshal(raw, &ticked) != nil:
			return malformed
		}
		return nil
	}
	var text string
	if json.Unmarshal(raw, &text) != nil || f.Kind == courses.Choice && !hasOption(f, text) {
		return malformed
	}
	if strings.ContainsRune(text, 0) {
		return malformed // PostgreSQL keeps it in JSON and can never read it as text
	}
	if len(text) > maxField {
		return lms.ErrInvalid("fields/"+f.Key, "too-long", "at most 16,384 bytes")
	}
	return nil
}

func hasOption(f courses.Field, key string) bool {
	return slices.ContainsFunc(f.Options, func(n courses.Named) bool { return n.Key == key })
}

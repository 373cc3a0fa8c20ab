package learning

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"mostik/courses"
	"mostik/courses/exercise"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// ExercisePart is what stands before a multi-agency exercise, and the table at which one sits.
type ExercisePart struct {
	exercise.Prompt
	MaxMessage int `json:"max_message"`
	MaxText    int `json:"max_text"`
	// Fewest is with how many people a table can begin.
	Fewest int `json:"fewest"`
	// Cohort tells whether there is one, without which nobody can sit down.
	Cohort bool       `json:"cohort"`
	Table  *TableView `json:"table,omitempty"`
}

func (st *study) exercisePart(a *catalog.Activity, lang courses.Lang) *ExercisePart {
	part := &ExercisePart{MaxMessage: MaxMessage, MaxText: exercise.MaxText, Fewest: exercise.FewestParts, Cohort: !st.Cohort.IsZero()}
	if e, ok := st.Loaded.Exercise(a.Exercise); ok {
		part.Prompt = *e.Prompt(lang)
	}
	return part
}

// TableAnswer is what a device learns when it asks for its table.
type TableAnswer struct {
	// Seated tells whether one sits anywhere; Changed is the table's count of changes.
	Seated  bool `json:"seated"`
	Changed int  `json:"changed"`
	// Table is left out where nothing changed.
	Table *TableView `json:"table,omitempty"`
}

// TableView is a table as one of those who sit there sees it.
type TableView struct {
	Changed  int          `json:"changed"`
	Number   int          `json:"number"`
	State    string       `json:"state"` // open, started, done
	Part     string       `json:"part"`  // the own
	Seats    []SeatView   `json:"seats"`
	Proposal ProposalView `json:"proposal"`
	// Messages are those that the device does not have.
	Messages []MessageView `json:"messages"`
	// Cards are those that one may read: the own; after the start those of empty parts; all when it is done.
	// They are left out where the device has them.
	Cards   []CardView   `json:"cards,omitempty"`
	Debrief *DebriefView `json:"debrief,omitempty"`
	// Progress is there in the answer to the agreement that was the last.
	Progress *ProgressView `json:"progress,omitempty"`
}

// SeatView is who holds a part.
type SeatView struct {
	Part   string `json:"part"`
	Name   string `json:"name"`
	Mine   bool   `json:"mine"`
	Agreed bool   `json:"agreed"` // to the proposal as it stands
}

// ProposalView is the one proposal of the table.
type ProposalView struct {
	Version int               `json:"version"`
	Items   exercise.Proposal `json:"items"`
	Open    []string          `json:"open"` // items that nobody has filled in
}

// MessageView is something said at a table, in plain text.
type MessageView struct {
	Number int       `json:"number"`
	Part   string    `json:"part"`
	Name   string    `json:"name"`
	Mine   bool      `json:"mine"`
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
}

// CardView is what a part knows.
type CardView struct {
	exercise.PartCard
	Sources []catalog.PageSource `json:"sources"`
}

// DebriefView looks back when all have agreed.
type DebriefView struct {
	exercise.Debrief
	Sources []catalog.PageSource `json:"sources"`
}

const messagesColumn = `
	(SELECT json_agg(json_build_object('number', m.number, 'part', m.part, 'text', m.body, 'at', m.sent_at,
	        'mine', m.enrolment_id = $1, 'name', trim(p.given_name || ' ' || p.family_name)) ORDER BY m.number)
	   FROM exercise_messages m JOIN enrolments e ON e.id = m.enrolment_id JOIN persons p ON p.id = e.person_id
	  WHERE m.table_id = t.id AND m.number > $3)`

// readTable reads the table at which the enrolment sits in one statement, if anything changed there.
func (s *Service) readTable(ctx context.Context, st *study, a *catalog.Activity, in TableQuery) (out TableAnswer, err error) {
	var (
		view            TableView
		version         lms.ID[lms.Version]
		raw             []byte
		seats, messages []byte
	)
	err = db.Row(ctx, s.DB, `
		SELECT t.changed, t.number, t.state, t.version_id, s.part, t.proposal, t.proposal_version,
		       CASE WHEN t.changed <> $4 THEN`+seatsColumn+` END, CASE WHEN t.changed <> $4 THEN`+messagesColumn+` END
		  FROM exercise_seats s JOIN exercise_tables t ON t.id = s.table_id
		 WHERE s.enrolment_id = $1 AND s.activity_key = $2`, st.ID, a.Key, in.Since, in.Changed,
	).Scan(&view.Changed, &view.Number, &view.State, &version, &view.Part, &raw, &view.Proposal.Version, &seats, &messages)
	switch err = db.Translate(err); {
	case lms.KindOf(err) == lms.NotFound:
		return out, nil
	case err != nil:
		return out, err
	}
	out = TableAnswer{Seated: true, Changed: view.Changed}
	if view.Changed == in.Changed {
		return out, nil
	}
	v, err := s.Catalog.Version(ctx, version)
	if err != nil {
		return out, err
	}
	e, ok := exerciseOf(v, a.Key)
	if !ok {
		return TableAnswer{}, nil
	}
	var list []tableSeat
	if err := json.Unmarshal(seats, &list); err != nil {
		return out, err
	}
	if err := unmarshal(messages, &view.Messages); err != nil {
		return out, err
	}
	if err := unmarshal(raw, &view.Proposal.Items); err != nil {
		return out, err
	}
	view.Messages = orEmpty(view.Messages)
	view.Seats = seatViews(list, st.ID, view.Proposal.Version)
	inOrder(view.Seats, e.Exercise)
	view.Proposal.Open = orEmpty(e.Exercise.Open(view.Proposal.Items))
	view.read(e, tableLang(v, a.Key, in.Lang), in.Cards)
	out.Table = &view
	return out, nil
}

func seatViews(list []tableSeat, own lms.ID[lms.Enrolment], version int) []SeatView {
	views := make([]SeatView, 0, len(list))
	for _, x := range list {
		views = append(views, SeatView{Part: x.Part, Name: x.Name, Mine: x.Enrolment == own, Agreed: x.Agreed != nil && *x.Agreed == version})
	}
	return views
}

// inOrder puts seats in the order of the exercise's parts.
func inOrder(seats []SeatView, e *exercise.Exercise) {
	place := func(s SeatView) int {
		return slices.IndexFunc(e.Parts, func(p exercise.Part) bool { return p.Key == s.Part })
	}
	slices.SortFunc(seats, func(a, b SeatView) int { return place(a) - place(b) })
}

// read adds the cards that one may read, where the device has others, and the debriefing.
func (v *TableView) read(e *exercise.Prepared, lang courses.Lang, have string) {
	parts := v.readable(e.Exercise)
	if strings.Join(parts, ".") != have {
		for _, c := range e.Cards(lang, parts) {
			v.Cards = append(v.Cards, CardView{c, catalog.CitedAll(c.Sources)})
		}
	}
	if v.State == tableDone {
		d := e.Debrief(lang, v.Proposal.Items)
		v.Debrief = &DebriefView{d, catalog.CitedAll(d.Sources)}
	}
}

// readable lists the parts whose cards one may read, in the order of the exercise.
func (v *TableView) readable(e *exercise.Exercise) []string {
	var parts []string
	for _, p := range e.Parts {
		held := slices.ContainsFunc(v.Seats, func(s SeatView) bool { return s.Part == p.Key })
		if p.Key == v.Part || v.State == tableDone || v.State == tableStarted && !held {
			parts = append(parts, p.Key)
		}
	}
	return parts
}

// StaffTable is a table as a trainer sees it.
type StaffTable struct {
	ID       lms.ID[lms.Table] `json:"id"`
	Activity string            `json:"activity_key"`
	Title    string            `json:"title"`
	Number   int               `json:"number"`
	State    string            `json:"state"`
	OpenedAt time.Time         `json:"opened_at"`
	DoneAt   *time.Time        `json:"done_at,omitempty"`
	Parts    []exercise.Word   `json:"parts"`
	Seats    []SeatView        `json:"seats"`
	// Items are the points of the proposal, Proposal what stands there.
	Items    []exercise.ProposalItem `json:"items"`
	Proposal exercise.Proposal       `json:"proposal"`
	Messages []MessageView           `json:"messages"`
}

// maxTables bounds a trainer's list; the newest are shown.
const maxTables = 60

// Tables lists the tables of a cohort for its trainer, the newest first. Errors: NotFound, Forbidden.
func (s *Service) Tables(ctx context.Context, actor lms.Actor, id lms.ID[lms.Cohort], lang string) (list []StaffTable, err error) {
	defer lms.Wrap(&err, "learning.Tables(%s)", id)
	if _, err := s.cohortFor(ctx, actor, id, lms.ReadTables); err != nil {
		return nil, err
	}
	rows, err := db.Rows(ctx, s.DB, `
		SELECT t.id, t.activity_key, t.number, t.state, t.opened_at, t.done_at, t.version_id, t.proposal, t.proposal_version,
		       `+seatsColumn+`, `+messagesColumn+`
		  FROM exercise_tables t
		 WHERE t.cohort_id = $2
		 ORDER BY t.opened_at DESC, t.id DESC
		 LIMIT $4`, nil, id, 0, maxTables)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var versions []lms.ID[lms.Version]
	list = []StaffTable{}
	for rows.Next() {
		t, version, err := scanStaffTable(rows)
		if err != nil {
			return nil, db.Translate(err)
		}
		list, versions = append(list, t), append(versions, version)
	}
	if err := rows.Err(); err != nil {
		return nil, db.Translate(err)
	}
	rows.Close() // before versions are read, which may want a connection
	for i := range list {
		if err := s.nameTable(ctx, &list[i], versions[i], lang); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func scanStaffTable(from scanner) (t StaffTable, version lms.ID[lms.Version], err error) {
	var (
		raw, seats, messages []byte
		current              int
	)
	err = from.Scan(&t.ID, &t.Activity, &t.Number, &t.State, &t.OpenedAt, &t.DoneAt, &version, &raw, &current, &seats, &messages)
	if err != nil {
		return t, version, err
	}
	var list []tableSeat
	if err := unmarshal(seats, &list); err != nil {
		return t, version, err
	}
	t.Seats = seatViews(list, lms.ID[lms.Enrolment]{}, current)
	if err := unmarshal(messages, &t.Messages); err != nil {
		return t, version, err
	}
	t.Messages = orEmpty(t.Messages)
	return t, version, unmarshal(raw, &t.Proposal)
}

// nameTable adds the words of the exercise.
func (s *Service) nameTable(ctx context.Context, t *StaffTable, version lms.ID[lms.Version], lang string) error {
	v, err := s.Catalog.Version(ctx, version)
	if err != nil {
		return err
	}
	if e, ok := exerciseOf(v, t.Activity); ok {
		p := e.Prompt(tableLang(v, t.Activity, lang))
		t.Title, t.Parts, t.Items = p.Title, p.Parts, p.Proposal
		inOrder(t.Seats, e.Exercise)
	}
	return nil
}

// tableLang gives the language in which a reader is shown a table, whose version need not be their own.
func tableLang(v *catalog.Loaded, activity, reader string) courses.Lang {
	if a, ok := v.Activity(activity); ok {
		return v.LangOf(reader, a)
	}
	return v.Lang(reader)
}

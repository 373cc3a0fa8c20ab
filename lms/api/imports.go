package api

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/intake"
	"mostik/lms/intake/sheet"
	"mostik/lms/intake/value"
	"mostik/lms/who"
)

type uploadTableIn struct {
	Name     string             `query:"name"`
	Country  string             `query:"country"`
	Centre   lms.ID[lms.Centre] `query:"centre"`
	Encoding string             `query:"encoding"`
}

type importIn struct {
	ID lms.ID[lms.Import] `path:"id"`
}

type mappingIn struct {
	ID          lms.ID[lms.Import]     `path:"id"`
	Columns     []string               `json:"columns" required:"true" maxItems:"200"`
	DateOrder   string                 `json:"date_order" enum:",dmy,mdy"`
	GivenFirst  bool                   `json:"given_first"`
	MendScripts bool                   `json:"mend_scripts"`
	Language    string                 `json:"language" enum:"en,ru,sk,kk,tg,ky"`
	Cohort      *lms.ID[lms.Cohort]    `json:"cohort_id"`
	Programme   *lms.ID[lms.Programme] `json:"programme_id"`
	SkipFaulty  bool                   `json:"skip_faulty"`
	// Organisations are what names are that no organisation has.
	Organisations []intake.Naming `json:"organisations" maxItems:"2000"`
}

type importRowsIn struct {
	ID    lms.ID[lms.Import] `path:"id"`
	Level int                `query:"level"`
	Code  string             `query:"code"`
	Page  int                `query:"page"`
}

type decisionIn struct {
	ID       lms.ID[lms.Import]  `path:"id"`
	Lines    []int               `json:"lines" maxItems:"5000"`
	Code     string              `json:"code" maxLength:"60"`
	Decision string              `json:"decision" enum:",same,new,skip"`
	Person   *lms.ID[lms.Person] `json:"person_id"`
	SameLine int                 `json:"same_line" minimum:"0" maximum:"2000000"`
}

type pairIn struct {
	One   lms.ID[lms.Person] `json:"one" required:"true"`
	Other lms.ID[lms.Person] `json:"other" required:"true"`
}

type mergeIn struct {
	ID    lms.ID[lms.Person] `path:"id"`
	Other lms.ID[lms.Person] `json:"other" required:"true"`
}

func (s *Server) importRoutes(r *router) {
	o := func(summary string, actions ...lms.Action) op {
		return op{Summary: summary, Tag: "imports", Access: asks(actions...)}
	}
	in := s.deps.Intake
	register(r, http.MethodGet, "/imports", o("Tables of people that were brought in, the newest first.", lms.ImportPeople),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[intake.Row], error) {
			return listOf(in.Imports(ctx, actor))
		})
	brought := o("Bring a table: its bytes are the body, CSV or XLSX. Nothing is made of it yet.", lms.ImportPeople)
	brought.Status = http.StatusCreated
	upload(r, http.MethodPost, "/imports", brought, int(sheet.DefaultLimits.Bytes), s.postImport)
	register(r, http.MethodGet, "/imports/{id}", o("One import: columns, mapping, and how many problems there are of each kind.", lms.ImportPeople),
		func(ctx context.Context, actor lms.Actor, q importIn) (intake.View, error) {
			return in.Import(ctx, actor, q.ID)
		})
	register(r, http.MethodDelete, "/imports/{id}", o("Give an import up that was not applied.", lms.ImportPeople),
		func(ctx context.Context, actor lms.Actor, q importIn) (none, error) {
			return none{}, in.Drop(ctx, actor, q.ID)
		})
	register(r, http.MethodPut, "/imports/{id}/mapping", o("Say what the columns are; every row is checked anew.", lms.ImportPeople),
		func(ctx context.Context, actor lms.Actor, q mappingIn) (intake.View, error) {
			return in.SetMapping(ctx, actor, q.ID, q.mapping())
		})
	register(r, http.MethodGet, "/imports/{id}/rows", o("Rows with what is wrong with each, 50 a page.", lms.ImportPeople),
		func(ctx context.Context, actor lms.Actor, q importRowsIn) (intake.Lines, error) {
			return in.Lines(ctx, actor, q.ID, intake.LinesQuery{Level: intake.Level(q.Level), Code: q.Code, Page: q.Page})
		})
	register(r, http.MethodGet, "/imports/{id}/organisations", o("Organisations that a table names and nobody knows, with likely matches and what was said of each.", lms.ImportPeople),
		func(ctx context.Context, actor lms.Actor, q importIn) (intake.Employers, error) {
			return in.Organisations(ctx, actor, q.ID)
		})
	register(r, http.MethodPost, "/imports/{id}/decisions", o("Answer questions of rows, or leave rows out.", lms.ImportPeople),
		func(ctx context.Context, actor lms.Actor, q decisionIn) (intake.View, error) {
			d := intake.Decision{Lines: q.Lines, Code: q.Code, What: q.Decision, SameLine: q.SameLine}
			if q.Person != nil {
				d.Person = *q.Person
			}
			return in.Decide(ctx, actor, q.ID, d)
		})
	register(r, http.MethodPost, "/imports/{id}/dry-run", o("What applying would make; nothing is made.", lms.ImportPeople),
		func(ctx context.Context, actor lms.Actor, q importIn) (intake.Counts, error) {
			return in.DryRun(ctx, actor, q.ID)
		})
	register(r, http.MethodPost, "/imports/{id}/apply", o("Have it done, all or nothing.", lms.ImportPeople),
		func(ctx context.Context, actor lms.Actor, q importIn) (intake.View, error) {
			return in.Apply(ctx, actor, q.ID)
		})
	register(r, http.MethodGet, "/imports/{id}/blockers", o("What was built on an import since and keeps it from being taken back.", lms.ImportPeople),
		func(ctx context.Context, actor lms.Actor, q importIn) (intake.Undoable, error) {
			return in.Blockers(ctx, actor, q.ID)
		})
	register(r, http.MethodPost, "/imports/{id}/undo", o("Take an import back: everything is as it was.", lms.ImportPeople),
		func(ctx context.Context, actor lms.Actor, q importIn) (intake.View, error) {
			return in.Undo(ctx, actor, q.ID)
		})
	for ending, media := range map[sheet.Kind]string{
		sheet.CSV: "text/csv", sheet.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	} {
		file := o("An empty table with heads in the reader's language.", lms.ImportPeople)
		file.Produces = media
		stream(r, http.MethodGet, "/samples/people."+string(ending), file,
			func(c *fiber.Ctx, _ context.Context, actor lms.Actor, _ none, _ *boundBody) error {
				if err := actor.May(lms.ImportPeople); err != nil {
					return err
				}
				raw, err := intake.Sample(ending, actor.Language)
				if err != nil {
					return err
				}
				c.Attachment("people." + string(ending))
				c.Set(fiber.HeaderContentType, media)
				return c.Send(raw)
			})
	}
	register(r, http.MethodGet, "/duplicates", o("Records that may be of one person, the likeliest first.", lms.MergePeople),
		func(ctx context.Context, actor lms.Actor, _ none) (intake.Pairs, error) {
			return in.Duplicates(ctx, actor)
		})
	register(r, http.MethodPost, "/duplicates/distinct", o("Remember that two records are of two people.", lms.MergePeople),
		func(ctx context.Context, actor lms.Actor, q pairIn) (none, error) {
			return none{}, in.Distinguish(ctx, actor, q.One, q.Other)
		})
	register(r, http.MethodPost, "/people/{id}/merge", o("Make another record one with this one; it cannot be taken back.", lms.MergePeople),
		func(ctx context.Context, actor lms.Actor, q mergeIn) (account.Person, error) {
			return s.titled(ctx, actor)(s.deps.Account.Merge(ctx, actor, q.ID, q.Other))
		})
}

func (m mappingIn) mapping() intake.Mapping {
	out := intake.Mapping{
		DateOrder: value.Order(m.DateOrder), GivenFirst: m.GivenFirst, MendScripts: m.MendScripts, Language: m.Language, SkipFaulty: m.SkipFaulty,
		Organisations: m.Organisations,
	}
	for _, f := range m.Columns {
		out.Columns = append(out.Columns, intake.Field(f))
	}
	if m.Cohort != nil {
		out.Cohort = *m.Cohort
	}
	if m.Programme != nil {
		out.Programme = *m.Programme
	}
	return out
}

func (s *Server) postImport(ctx context.Context, actor lms.Actor, in uploadTableIn, body *boundBody) (view intake.View, err error) {
	// Before the bytes are read: a stranger's are not kept in memory.
	if err := actor.May(lms.ImportPeople); err != nil {
		return view, err
	}
	var data bytes.Buffer
	if _, err := io.Copy(&data, body); err != nil {
		return view, err
	}
	return s.deps.Intake.Upload(ctx, actor, intake.Upload{
		Name: in.Name, Data: data.Bytes(), Country: in.Country, Centre: in.Centre, Encoding: sheet.Encoding(in.Encoding),
	})
}

type ruleIn struct {
	ID lms.ID[lms.Cohort] `path:"id"`
}

type setRuleIn struct {
	ID     lms.ID[lms.Cohort] `path:"id"`
	Filter who.Filter         `json:"filter" required:"true"`
	Active bool               `json:"active"`
}

type programmeRuleIn struct {
	Key string `path:"key"`
}

type setProgrammeRuleIn struct {
	Key    string     `path:"key"`
	Filter who.Filter `json:"filter" required:"true"`
	Active bool       `json:"active"`
}

// programmeRuleRoutes are the routes about who comes into a programme by rule; each reader has one of their own.
func (s *Server) programmeRuleRoutes(r *router) {
	o := func(summary string) op {
		return op{Summary: summary, Tag: "programmes", Access: asks(lms.EnrolParticipant)}
	}
	in := s.deps.Intake
	register(r, http.MethodGet, "/programmes/{key}/rule", o("One's own rule of who comes into a programme, and who would come."),
		func(ctx context.Context, actor lms.Actor, q programmeRuleIn) (intake.Rule, error) {
			return in.ProgrammeRule(ctx, actor, q.Key, nil)
		})
	register(r, http.MethodPost, "/programmes/{key}/rule/preview", o("Who would come into a programme by a filter; nobody does."),
		func(ctx context.Context, actor lms.Actor, q setProgrammeRuleIn) (intake.Rule, error) {
			return in.ProgrammeRule(ctx, actor, q.Key, &q.Filter)
		})
	register(r, http.MethodPut, "/programmes/{key}/rule", o("Keep one's rule for a programme; who fits is invited, now and every hour. Nobody is withdrawn by it."),
		func(ctx context.Context, actor lms.Actor, q setProgrammeRuleIn) (intake.Rule, error) {
			return in.SetProgrammeRule(ctx, actor, q.Key, q.Filter, q.Active)
		})
	register(r, http.MethodDelete, "/programmes/{key}/rule", o("Take one's rule for a programme away; who came by it stays."),
		func(ctx context.Context, actor lms.Actor, q programmeRuleIn) (none, error) {
			return none{}, in.DropProgrammeRule(ctx, actor, q.Key)
		})
}

type fillingRulesIn struct {
	Programme string `query:"programme"`
}

type fillingRuleIn struct {
	ID lms.ID[intake.Rule] `path:"id"`
}

// colleagueRuleRoutes are the routes about rules of programmes in whoever's name they are, as far as one answers for
// everybody whom they can bring.
func (s *Server) colleagueRuleRoutes(r *router) {
	o := func(summary string) op {
		return op{Summary: summary, Tag: "programmes", Access: asks(lms.EnrolParticipant)}
	}
	in := s.deps.Intake
	register(r, http.MethodGet, "/rules", o("Rules that fill programmes, one's own and colleagues', of one programme or all; of one programme with how many would come."),
		func(ctx context.Context, actor lms.Actor, q fillingRulesIn) (listOut[intake.ProgrammeRule], error) {
			return listOf(in.Rules(ctx, actor, q.Programme))
		})
	register(r, http.MethodPost, "/rules/{id}/stop", o("Make a rule stand still; it is kept, and whoever made it is told."),
		func(ctx context.Context, actor lms.Actor, q fillingRuleIn) (none, error) {
			return none{}, in.StopRule(ctx, actor, q.ID)
		})
	register(r, http.MethodPost, "/rules/{id}/take", o("Take a rule over: it goes on in one's own name, and who fits is invited."),
		func(ctx context.Context, actor lms.Actor, q fillingRuleIn) (none, error) {
			return none{}, in.TakeRule(ctx, actor, q.ID)
		})
	register(r, http.MethodDelete, "/rules/{id}", o("Take a rule away; who came by it stays."),
		func(ctx context.Context, actor lms.Actor, q fillingRuleIn) (none, error) {
			return none{}, in.DropRule(ctx, actor, q.ID)
		})
}

func (s *Server) ruleRoutes(r *router) {
	o := func(summary string) op { return op{Summary: summary, Tag: "cohorts", Access: asks(lms.Enrol)} }
	in := s.deps.Intake
	register(r, http.MethodGet, "/cohorts/{id}/rule", o("Who comes into a cohort by rule, who would come, and who is there and does not fit."),
		func(ctx context.Context, actor lms.Actor, q ruleIn) (intake.Rule, error) {
			return in.CohortRule(ctx, actor, q.ID, nil)
		})
	register(r, http.MethodPost, "/cohorts/{id}/rule/preview", o("Who would come by a filter; nobody does."),
		func(ctx context.Context, actor lms.Actor, q setRuleIn) (intake.Rule, error) {
			return in.CohortRule(ctx, actor, q.ID, &q.Filter)
		})
	register(r, http.MethodPut, "/cohorts/{id}/rule", o("Keep a rule; who fits is enrolled, now and every hour. Nobody is withdrawn by it."),
		func(ctx context.Context, actor lms.Actor, q setRuleIn) (intake.Rule, error) {
			return in.SetCohortRule(ctx, actor, q.ID, q.Filter, q.Active)
		})
	register(r, http.MethodDelete, "/cohorts/{id}/rule", o("Take the rule away; who came by it stays."),
		func(ctx context.Context, actor lms.Actor, q ruleIn) (none, error) {
			return none{}, in.DropCohortRule(ctx, actor, q.ID)
		})
}

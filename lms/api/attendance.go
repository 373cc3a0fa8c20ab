package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"os"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/webinar"
)

// minutesOut is one's own presence with its evidence, null before anything happened, and the files that stayed.
type minutesOut struct {
	Mine  *webinar.Evidence `json:"mine"`
	Files []webinar.Left    `json:"files"`
}

type evidenceIn struct {
	ID  string `path:"id"`
	Who string `query:"who"`
}

type objectionIn struct {
	ID   string `path:"id"`
	Text string `json:"text" required:"true" minLength:"1" maxLength:"2000"`
}

type correctionIn struct {
	ID        string              `path:"id"`
	Kind      string              `json:"kind" required:"true" enum:"add,change,strike,match,withdraw"`
	Reason    string              `json:"reason" required:"true" maxLength:"500"`
	Who       string              `json:"who" maxLength:"200"`
	Person    *lms.ID[lms.Person] `json:"person_id"`
	Name      string              `json:"name" maxLength:"200"`
	Centre    *lms.ID[lms.Centre] `json:"centre_id"`
	From      *time.Time          `json:"from"`
	To        *time.Time          `json:"to"`
	Paper     string              `json:"paper_id" pattern:"^([0-9a-f-]{36})?$"`
	Withdraws int                 `json:"withdraws" minimum:"0"`
	// Key is the sender's own: with the same one again it is the same correction.
	Key string `json:"key" maxLength:"64"`
}

type correctionOut struct {
	Number int `json:"number"`
}

type candidatesIn struct {
	ID   string `path:"id"`
	Name string `query:"name"`
}

type rulesIn struct {
	ID         string `path:"id"`
	SiteGrace  int    `json:"site_grace" required:"true" minimum:"0" maximum:"240"`
	FloorShare int    `json:"floor_share" required:"true" minimum:"1" maximum:"100"`
	KeepDays   int    `json:"keep_days" required:"true" minimum:"1" maximum:"3650"`
}

type sheetIn struct {
	ID     string             `path:"id"`
	Name   string             `query:"name"`
	Centre lms.ID[lms.Centre] `query:"centre"`
}

type sheetFileIn struct {
	ID    string `path:"id"`
	Paper string `path:"paper"`
}

type keptFileIn struct {
	ID   string `path:"id"`
	Part string `path:"part"`
	Key  string `path:"key"`
}

func (s *Server) attendanceRoutes(r *router) {
	o := func(summary string, actions ...lms.Action) op {
		return op{Summary: summary, Tag: "webinars", Access: asks(actions...)}
	}
	w := s.deps.Webinar
	register(r, http.MethodGet, "/webinars/{id}/minutes", o("What a webinar left one: the own minutes with their evidence, and the files to take along.", lms.ReadWebinar),
		func(ctx context.Context, actor lms.Actor, in webinarIn) (out minutesOut, err error) {
			if out.Mine, err = w.Mine(ctx, actor, in.ID); err == nil {
				out.Files, err = w.LeftFiles(ctx, actor, in.ID)
			}
			return out, err
		})
	register(r, http.MethodPost, "/webinars/{id}/objection", o("Say that one's own minutes are wrong.", lms.ReadWebinar),
		func(ctx context.Context, actor lms.Actor, in objectionIn) (none, error) {
			return none{}, w.Object(ctx, actor, in.ID, in.Text)
		})
	register(r, http.MethodGet, "/webinars/{id}/attendance", o("Everybody's minutes; a facilitator's, those of the own centre.", lms.CorrectAttendance),
		func(ctx context.Context, actor lms.Actor, in webinarIn) (webinar.Attendance, error) {
			return w.Attendance(ctx, actor, in.ID)
		})
	register(r, http.MethodGet, "/webinars/{id}/evidence", o("One line of the attendance, minute by minute.", lms.CorrectAttendance),
		func(ctx context.Context, actor lms.Actor, in evidenceIn) (webinar.Evidence, error) {
			return w.Evidence(ctx, actor, in.ID, in.Who)
		})
	corrected := o("Correct the attendance: a word with a reason, which changes nothing that was written before.", lms.CorrectAttendance)
	corrected.Status = http.StatusCreated
	register(r, http.MethodPost, "/webinars/{id}/corrections", corrected, s.correct)
	register(r, http.MethodGet, "/webinars/{id}/candidates", o("People whom an entry without an account may be.", lms.CorrectAttendance),
		func(ctx context.Context, actor lms.Actor, in candidatesIn) (listOut[webinar.Candidate], error) {
			return listOf(w.Candidates(ctx, actor, in.ID, in.Name))
		})
	register(r, http.MethodGet, "/webinars/{id}/said", o("Chat, questions, polls, files and notes.", lms.ReadReport),
		func(ctx context.Context, actor lms.Actor, in webinarIn) (webinar.Said, error) {
			return w.Said(ctx, actor, in.ID)
		})
	register(r, http.MethodPut, "/webinars/{id}/rules", o("How attendance is counted, and how long what was said is kept.", lms.ManageWebinar),
		func(ctx context.Context, actor lms.Actor, in rulesIn) (none, error) {
			return none{}, w.SetRules(ctx, actor, in.ID, webinar.Rules{SiteGrace: in.SiteGrace, FloorShare: in.FloorShare, KeepDays: in.KeepDays})
		})
	s.attendanceFiles(r, o)
}

func (s *Server) correct(ctx context.Context, actor lms.Actor, in correctionIn) (correctionOut, error) {
	c := webinar.CorrectionInput{Kind: in.Kind, Reason: in.Reason, Who: in.Who, Name: in.Name, Paper: in.Paper, Withdraws: in.Withdraws, Key: in.Key}
	if in.Person != nil {
		c.Person = *in.Person
	}
	if in.Centre != nil {
		c.Centre = *in.Centre
	}
	if in.From != nil {
		c.From = *in.From
	}
	if in.To != nil {
		c.To = *in.To
	}
	n, err := s.deps.Webinar.Correct(ctx, actor, in.ID, c)
	return correctionOut{n}, err
}

// attendanceFiles are the routes that carry bytes.
func (s *Server) attendanceFiles(r *router, o func(string, ...lms.Action) op) {
	w := s.deps.Webinar
	upload(r, http.MethodPost, "/webinars/{id}/papers", o("A scan of a sheet that was signed in a room: its bytes are the body.", lms.CorrectAttendance), webinar.MaxPaper,
		func(ctx context.Context, actor lms.Actor, in sheetIn, body *boundBody) (webinar.Paper, error) {
			return w.AddPaper(ctx, actor, in.ID, in.Centre, in.Name, body)
		})
	paper := o("A scan of a sheet.", lms.CorrectAttendance)
	paper.Produces = fiber.MIMEOctetStream
	stream(r, http.MethodGet, "/webinars/{id}/papers/{paper}", paper,
		func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in sheetFileIn, _ *boundBody) error {
			f, p, err := w.OpenPaper(ctx, actor, in.ID, in.Paper)
			if err != nil {
				return err
			}
			return attach(c, f, p.Name)
		})
	file := o("A file that was brought to a webinar, for those who were there; slides for those who read its report.", lms.TakeFile, lms.ReadReport)
	file.Produces = fiber.MIMEOctetStream
	stream(r, http.MethodGet, "/webinars/{id}/kept/{part}/{key}", file,
		func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in keptFileIn, _ *boundBody) error {
			f, name, err := w.OpenFile(ctx, actor, in.ID, in.Part, in.Key)
			if err != nil {
				return err
			}
			return attach(c, f, name)
		})
	for _, each := range []struct {
		end, kind, summary string
		action             lms.Action
		read               func(context.Context, lms.Actor, string, string) (*webinar.Export, error)
		write              func(context.Context, *webinar.Export, io.Writer) error
	}{
		{
			"attendance.csv", "text/csv", "The attendance as a table.", lms.CorrectAttendance, w.Export,
			func(_ context.Context, x *webinar.Export, to io.Writer) error { return x.WriteCSV(to) },
		},
		{
			"attendance.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "The attendance as a workbook.", lms.CorrectAttendance, w.Export,
			func(_ context.Context, x *webinar.Export, to io.Writer) error { return x.WriteXLSX(to) },
		},
		{
			"report.zip", "application/zip", "Everything there is of a webinar: tables, evidence, what was said, files.", lms.ReadReport, w.ExportAll,
			func(ctx context.Context, x *webinar.Export, to io.Writer) error { return x.WriteZIP(ctx, to) },
		},
	} {
		table := o(each.summary, each.action)
		table.Produces = each.kind
		stream(r, http.MethodGet, "/webinars/{id}/"+each.end, table,
			func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in webinarIn, _ *boundBody) error {
				x, err := each.read(ctx, actor, in.ID, actor.Language)
				if err != nil {
					return err
				}
				c.Set(fiber.HeaderContentType, each.kind)
				c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": x.Name + "-" + each.end}))
				return c.SendStream(piped(ctx, tableTime*s.deps.RequestTimeout, func(ctx context.Context, to io.Writer) error {
					err := each.write(ctx, x, to)
					if err != nil {
						s.log.ErrorContext(ctx, "a report broke off", "request_id", RequestID(ctx), "error", err)
					}
					return err
				}))
			})
	}
}

// attach sends a file to be kept, never to be opened as a page of ours.
func attach(c *fiber.Ctx, f *os.File, name string) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return c.SendStream(f, int(info.Size()))
}

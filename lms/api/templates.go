package api

import (
	"context"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/certificate"
)

// house is the name under which the templates stand that are of no one programme.
const house = "house"

type templateIn struct {
	Programme string `path:"programme"` // its id, or "house"
	Language  string `path:"language"`
}

type saveTemplateIn struct {
	Programme     string                  `path:"programme"`
	Language      string                  `path:"language"`
	Layout        string                  `json:"layout" required:"true" enum:"bridge,band,upright"`
	Achievement   certificate.Document    `json:"achievement"`
	Participation certificate.Document    `json:"participation"`
	Opening       string                  `json:"opening" maxLength:"120"`
	Note          string                  `json:"note" maxLength:"200"`
	Signatures    []certificate.Signature `json:"signatures" maxItems:"3"`
	Logos         []lms.ID[lms.Picture]   `json:"logos" maxItems:"3"`
}

type previewIn struct {
	Programme string               `path:"programme"`
	Language  string               `path:"language"`
	Kind      certificate.Kind     `json:"kind" required:"true" enum:"achievement,participation"`
	Template  certificate.Template `json:"template" required:"true"`
}

type previewOut struct {
	SVG string `json:"svg"`
}

type savedOut struct {
	Number int `json:"number"`
}

type programmePathIn struct {
	Programme string `path:"programme"`
}

type paperOfPastIn struct {
	Person      lms.ID[lms.Person] `json:"person_id" required:"true"`
	Programme   string             `json:"programme" maxLength:"63"` // the key of one of ours that it counts for
	Kind        certificate.Kind   `json:"kind" required:"true" enum:"achievement,participation"`
	Holder      string             `json:"holder" maxLength:"200"`
	HolderLatin string             `json:"holder_latin" maxLength:"200"`
	Title       string             `json:"title" required:"true" maxLength:"300"`
	Number      string             `json:"number" required:"true" maxLength:"100"`
	Issuer      string             `json:"issuer" required:"true" maxLength:"200"`
	IssuedOn    certificate.Date   `json:"issued_on" required:"true"`
	ExpiresOn   *certificate.Date  `json:"expires_on"`
	Hours       string             `json:"hours" maxLength:"8"`
	Language    string             `json:"language" required:"true" maxLength:"8"`
}

// programmeOf reads an id, or "house" as none.
func programmeOf(s string) (lms.ID[lms.Programme], error) {
	if s == house {
		return lms.ID[lms.Programme]{}, nil
	}
	id, err := lms.ParseID[lms.Programme](s)
	if err != nil {
		return id, lms.ErrNotFound("programme")
	}
	return id, nil
}

func (s *Server) templateRoutes(r *router) {
	svc := s.deps.Certificate
	o := func(summary string) op {
		return op{Summary: summary, Tag: "certificates", Access: asks(lms.ManageTemplates)}
	}
	register(r, http.MethodGet, "/certificate-templates", o("What one may write templates of, with the languages that have some."),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[certificate.TemplateRow], error) {
			return listOf(svc.Templates(ctx, actor))
		})
	register(r, http.MethodGet, "/certificate-templates/{programme}/{language}", o("The template in force, with the pictures there are."),
		func(ctx context.Context, actor lms.Actor, in templateIn) (v certificate.TemplateView, err error) {
			id, err := programmeOf(in.Programme)
			if err != nil {
				return v, err
			}
			return svc.Template(ctx, actor, id, in.Language)
		})
	register(r, http.MethodPut, "/certificate-templates/{programme}/{language}", o("Save a template: papers issued from now on look so, earlier ones keep their look."),
		func(ctx context.Context, actor lms.Actor, in saveTemplateIn) (out savedOut, err error) {
			id, err := programmeOf(in.Programme)
			if err != nil {
				return out, err
			}
			out.Number, err = svc.SaveTemplate(ctx, actor, id, in.Language, certificate.Template{
				Layout: in.Layout, Achievement: in.Achievement, Participation: in.Participation, Opening: in.Opening, Note: in.Note,
				Signatures: in.Signatures, Logos: in.Logos,
			})
			return out, err
		})
	register(r, http.MethodPost, "/certificate-templates/{programme}/{language}/preview", o("A template that is being written, drawn for somebody made up."),
		func(ctx context.Context, actor lms.Actor, in previewIn) (out previewOut, err error) {
			id, err := programmeOf(in.Programme)
			if err != nil {
				return out, err
			}
			out.SVG, err = svc.Preview(ctx, actor, id, in.Language, in.Kind, in.Template)
			return out, err
		})
	upload(r, http.MethodPost, "/certificate-templates/{programme}/pictures", o("A logo or a signature, PNG or JPEG: its bytes are the body."), certificate.MaxPicture,
		func(ctx context.Context, actor lms.Actor, in programmePathIn, body *boundBody) (out certificate.PictureView, err error) {
			id, err := programmeOf(in.Programme)
			if err != nil {
				return out, err
			}
			return svc.AddPicture(ctx, actor, id, body)
		})
	s.pastRoutes(r)
}

// pastRoutes enter papers of the past.
func (s *Server) pastRoutes(r *router) {
	svc := s.deps.Certificate
	o := func(summary string, action lms.Action) op {
		return op{Summary: summary, Tag: "certificates", Access: asks(action)}
	}
	enter := o("Enter a certificate that was given on paper. It is marked so and never sealed.", lms.IssueCertificate)
	enter.Status = http.StatusCreated
	register(r, http.MethodPost, "/past-certificates", enter,
		func(ctx context.Context, actor lms.Actor, in paperOfPastIn) (serialOut, error) {
			programme, err := svc.ProgrammeOf(ctx, actor, in.Programme)
			if err != nil {
				return serialOut{}, err
			}
			serial, err := svc.EnterPaper(ctx, actor, certificate.Paper{
				Person: in.Person, Programme: programme, Kind: in.Kind, Holder: in.Holder, HolderLatin: in.HolderLatin, Title: in.Title,
				Number: in.Number, Issuer: in.Issuer, IssuedOn: in.IssuedOn, ExpiresOn: in.ExpiresOn, Hours: in.Hours, Language: in.Language,
			})
			return serialOut{serial}, err
		})
	upload(r, http.MethodPost, "/certificates/{serial}/scan",
		o("The scan of a paper of the past, a picture or a PDF: its bytes are the body. What the file carries besides is taken out.", lms.IssueCertificate), certificate.MaxScan,
		func(ctx context.Context, actor lms.Actor, in serialIn, body *boundBody) (none, error) {
			return none{}, svc.AddScan(ctx, actor, in.Serial, body)
		})
	read := o("The scan of a paper of the past.", lms.ReadCertificate)
	read.Produces = fiber.MIMEOctetStream
	stream(r, http.MethodGet, "/certificates/{serial}/scan", read,
		func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in serialIn, _ *boundBody) error {
			f, name, err := svc.OpenScan(ctx, actor, in.Serial)
			if err != nil {
				return err
			}
			return attach(c, f, name)
		})
}

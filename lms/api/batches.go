package api

import (
	"context"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/who"
)

// batchIn asks for certificates for all of a filter, or for the papers of many in one file.
type batchIn struct {
	Task      certificate.Task `json:"task" required:"true" enum:"issue,zip"`
	Programme string           `json:"programme" maxLength:"63"` // its key
	// Cohort, Country and Centre narrow it.
	Cohort  lms.ID[lms.Cohort] `json:"cohort_id"`
	Country string             `json:"country" pattern:"^([A-Z]{2})?$"`
	Centre  lms.ID[lms.Centre] `json:"centre_id"`
	// Serials are those of the papers, where not all of a programme are meant.
	Serials []string `json:"serials" maxItems:"5000"`
}

type batchPathIn struct {
	ID lms.ID[lms.Batch] `path:"id"`
}

func (s *Server) batchRoutes(r *router) {
	svc := s.deps.Certificate
	o := func(summary string) op {
		return op{Summary: summary, Tag: "certificates", Access: asks(lms.IssueCertificate)}
	}
	start := o("Issue certificates for all who passed, or put the papers of many into one file. It goes on after the answer.")
	start.Status, start.MaxBody = http.StatusAccepted, 1<<20
	register(r, http.MethodPost, "/certificate-batches", start,
		func(ctx context.Context, actor lms.Actor, in batchIn) (certificate.Batch, error) {
			f := who.Filter{Cohort: in.Cohort}
			if in.Country != "" {
				f.Countries = []string{in.Country}
			}
			if !in.Centre.IsZero() {
				f.Centres = []lms.ID[lms.Centre]{in.Centre}
			}
			programme, err := svc.ProgrammeOf(ctx, actor, in.Programme)
			if err != nil {
				return certificate.Batch{}, err
			}
			sel := certificate.Selection{Programme: programme, Filter: f, Serials: in.Serials}
			if in.Task == certificate.ZipAll {
				return svc.StartZip(ctx, actor, sel)
			}
			return svc.StartIssue(ctx, actor, sel)
		})
	register(r, http.MethodGet, "/certificate-batches", o("One's own batches, the newest first."),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[certificate.Batch], error) {
			return listOf(svc.Batches(ctx, actor))
		})
	register(r, http.MethodGet, "/certificate-batches/{id}", o("How far a batch of one's own is."),
		func(ctx context.Context, actor lms.Actor, in batchPathIn) (certificate.Batch, error) {
			return svc.Batch(ctx, actor, in.ID)
		})
	file := o("The papers of a batch of one's own in one file, for a week.")
	file.Produces = "application/zip"
	stream(r, http.MethodGet, "/certificate-batches/{id}/file", file,
		func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in batchPathIn, _ *boundBody) error {
			f, b, err := svc.OpenBatch(ctx, actor, in.ID)
			if err != nil {
				return err
			}
			return attach(c, f, "mostik-"+b.AskedAt.Format("2006-01-02")+".zip")
		})
}

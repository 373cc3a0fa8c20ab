package api

import (
	"context"
	"net/http"

	"mostik/lms"
	"mostik/lms/certificate"
)

// lifeRoutes are what becomes of certificates, and who recognises them.
func (s *Server) lifeRoutes(r *router) {
	o := func(summary string, action lms.Action) op {
		return op{Summary: summary, Tag: "certificates", Access: asks(action)}
	}
	created := func(summary string, action lms.Action) op {
		c := o(summary, action)
		c.Status = http.StatusCreated
		return c
	}
	svc := s.deps.Certificate
	register(r, http.MethodGet, "/certificates/{serial}", o("A certificate with its history and who recognises it; reasons only for those who may change it.", lms.ReadCertificate),
		func(ctx context.Context, actor lms.Actor, in serialIn) (*certificate.Life, error) {
			return svc.Life(ctx, actor, in.Serial)
		})
	register(r, http.MethodPost, "/certificates/{serial}/changes", o("Suspend, reinstate or revoke. The reason is never public.", lms.ChangeCertificate),
		func(ctx context.Context, actor lms.Actor, in changeCertificateIn) (none, error) {
			return none{}, svc.Change(ctx, actor, in.Serial, in.Act, in.Reason)
		})
	register(r, http.MethodPost, "/certificates/{serial}/reissue", created("Issue anew under a new serial, with what was wrong corrected; the old one is superseded.", lms.ChangeCertificate),
		func(ctx context.Context, actor lms.Actor, in reissueIn) (serialOut, error) {
			serial, err := svc.IssueAnew(ctx, actor, in.Serial, certificate.Correction{
				Holder: in.Holder, HolderLatin: in.HolderLatin, Title: in.Title, Hours: in.Hours, ExpiresOn: in.ExpiresOn, LawAsOf: in.LawAsOf,
			}, in.Reason)
			return serialOut{serial}, err
		})
	register(r, http.MethodPost, "/certificates/{serial}/renewal", created("Renew within the window, for as long as the old one was given for.", lms.ChangeCertificate),
		func(ctx context.Context, actor lms.Actor, in serialIn) (serialOut, error) {
			serial, err := svc.RenewAlike(ctx, actor, in.Serial)
			return serialOut{serial}, err
		})
	register(r, http.MethodGet, "/recognitions", o("Who recognises whose certificates, where, until when and on what conditions.", lms.ManageRecognition),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[certificate.Recognition], error) {
			return listOf(svc.Recognitions(ctx, actor))
		})
	register(r, http.MethodPost, "/recognitions", created("Add a line to the table of recognition.", lms.ManageRecognition),
		func(ctx context.Context, actor lms.Actor, in newRecognitionIn) (recognitionOut, error) {
			id, err := svc.SetRecognition(ctx, actor, certificate.Recognition{
				Issuer: in.Issuer, ProgrammeKey: in.Programme, Body: in.Body, Country: in.Country, ValidFrom: in.ValidFrom, ValidUntil: in.ValidUntil,
				Conditions: in.Conditions, Source: in.Source,
			})
			return recognitionOut{id}, err
		})
	register(r, http.MethodPut, "/recognitions/{id}", o("Change a line of the table of recognition.", lms.ManageRecognition),
		func(ctx context.Context, actor lms.Actor, in recognitionIn) (none, error) {
			_, err := svc.SetRecognition(ctx, actor, certificate.Recognition{
				ID: in.ID, Issuer: in.Issuer, ProgrammeKey: in.Programme, Body: in.Body, Country: in.Country, ValidFrom: in.ValidFrom,
				ValidUntil: in.ValidUntil, Conditions: in.Conditions, Source: in.Source,
			})
			return none{}, err
		})
	register(r, http.MethodDelete, "/recognitions/{id}", o("Take a line out of the table of recognition.", lms.ManageRecognition),
		func(ctx context.Context, actor lms.Actor, in recognitionPathIn) (none, error) {
			return none{}, svc.DropRecognition(ctx, actor, in.ID)
		})
}

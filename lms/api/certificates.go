package api

import (
	"context"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/learning"
)

type serialIn struct {
	Serial string `path:"serial"`
}

type certificatesOut struct {
	Items []learning.CertificateRow `json:"items"`
}

// verifyOut is all that a stranger is told.
type verifyOut struct {
	State       certificate.State `json:"state" enum:"valid,expired,suspended,revoked,superseded,erased,unknown"`
	Serial      string            `json:"serial,omitempty"`
	Holder      string            `json:"holder,omitempty"`
	HolderLatin string            `json:"holder_latin,omitempty"`
	Course      string            `json:"course,omitempty"`
	Hours       string            `json:"hours,omitempty"`
	IssuedOn    string            `json:"issued_on,omitempty" format:"date"`
	ExpiresOn   string            `json:"expires_on,omitempty" format:"date"`
	LawAsOf     string            `json:"law_as_of,omitempty" format:"date"`
	Issuer      string            `json:"issuer,omitempty"`
	// Seal is claim and Ed25519 signature in the form of the QR code, for checking offline.
	Seal  string `json:"seal,omitempty"`
	KeyID string `json:"key_id,omitempty"`
}

func (s *Server) certificateRoutes(r *router) {
	register(r, http.MethodGet, "/certificates", op{Summary: "One's own certificates, the newest first.", Tag: "certificates", Access: signedIn},
		func(ctx context.Context, actor lms.Actor, _ none) (certificatesOut, error) {
			rows, err := s.deps.Learning.CertificateRows(ctx, actor)
			return certificatesOut{Items: rows}, err
		})
	stream(r, http.MethodGet, "/certificates/{serial}/pdf", op{
		Summary: "A certificate as a PDF to print, in the language asked for.", Tag: "certificates",
		Access: asks(lms.ReadCertificate), Produces: "application/pdf",
	}, s.getCertificatePDF)
	registerHTTP(r, http.MethodGet, "/verify/{serial}", op{
		Summary: "What a certificate says and whether it is valid today, for anybody.", Tag: "certificates", Access: public,
	}, s.getVerify)
}

func (s *Server) getCertificatePDF(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in serialIn, _ *boundBody) error {
	lang := c.Query("lang") // the certificate's own language, unless another one was asked for
	pdf, err := s.deps.Certificate.PDF(ctx, actor, in.Serial, lang)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, `inline; filename="mostik-`+in.Serial+`.pdf"`)
	return c.Send(pdf)
}

func (s *Server) getVerify(c *fiber.Ctx, ctx context.Context, _ lms.Actor, in serialIn) (verifyOut, error) {
	if _, err := certificate.ParseSerial(in.Serial); err != nil {
		return verifyOut{}, &lms.Error{Kind: lms.Invalid, Code: "serial-mistyped", Field: "serial", Detail: "the check sign does not fit", Err: err}
	}
	v, err := s.deps.Certificate.Verify(ctx, clientOf(ctx).address.String(), in.Serial)
	if err != nil {
		return verifyOut{}, err
	}
	out := verifyOut{State: v.State, Seal: v.Sealed, KeyID: v.KeyID}
	if v.Sealed == "" {
		return out, nil
	}
	claim := v.Claim
	out.Serial, out.Holder, out.HolderLatin, out.Course = claim.Serial, claim.Holder, claim.HolderLatin, claim.Title()
	out.Hours, out.Issuer, out.IssuedOn = claim.Hours, claim.Issuer, claim.IssuedOn.String()
	if claim.ExpiresOn != nil {
		out.ExpiresOn = claim.ExpiresOn.String()
	}
	if claim.LawAsOf != nil {
		out.LawAsOf = claim.LawAsOf.String()
	}
	return out, nil
}

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/credential"
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
	State  certificate.State `json:"state" enum:"valid,expired,suspended,revoked,superseded,erased,unknown"`
	Serial string            `json:"serial,omitempty"`
	// Since is when it came into its state.
	Since string `json:"since,omitempty" format:"date-time"`
	// FromPaper marks what was entered from a paper of the past: it has no seal.
	FromPaper   bool             `json:"from_paper,omitempty"`
	Kind        certificate.Kind `json:"kind,omitempty" enum:"achievement,participation"`
	Document    string           `json:"document,omitempty"`
	Programme   string           `json:"programme,omitempty"`
	PaperNumber string           `json:"paper_number,omitempty"`
	Recognised  []recognisedOut  `json:"recognised,omitempty"`
	Holder      string           `json:"holder,omitempty"`
	HolderLatin string           `json:"holder_latin,omitempty"`
	Course      string           `json:"course,omitempty"`
	Hours       string           `json:"hours,omitempty"`
	IssuedOn    string           `json:"issued_on,omitempty" format:"date"`
	ExpiresOn   string           `json:"expires_on,omitempty" format:"date"`
	LawAsOf     string           `json:"law_as_of,omitempty" format:"date"`
	Issuer      string           `json:"issuer,omitempty"`
	// Seal is claim and Ed25519 signature in the form of the QR code, for checking offline.
	Seal  string `json:"seal,omitempty"`
	KeyID string `json:"key_id,omitempty"`
}

// recognisedOut is one who recognises a certificate, for strangers.
type recognisedOut struct {
	Body       string `json:"body"`
	Country    string `json:"country,omitempty"`
	ValidUntil string `json:"valid_until,omitempty" format:"date"`
	// Conditions by language.
	Conditions courses.Text `json:"conditions,omitempty"`
	Source     string       `json:"source,omitempty"`
}

type changeCertificateIn struct {
	Serial string          `path:"serial"`
	Act    certificate.Act `json:"act" required:"true" enum:"suspend,reinstate,revoke"`
	Reason string          `json:"reason" maxLength:"500"`
}

type reissueIn struct {
	Serial      string            `path:"serial"`
	Holder      string            `json:"holder" maxLength:"200"`
	HolderLatin string            `json:"holder_latin" maxLength:"200"`
	Title       string            `json:"title" maxLength:"300"`
	Hours       string            `json:"hours" maxLength:"8"`
	ExpiresOn   *certificate.Date `json:"expires_on"`
	LawAsOf     *certificate.Date `json:"law_as_of"`
	Reason      string            `json:"reason" required:"true" maxLength:"500"`
}

// serialOut is the certificate that took another's place.
type serialOut struct {
	Serial string `json:"serial"`
}

type recognitionIn struct {
	ID         lms.ID[lms.Recognition] `path:"id"`
	Issuer     string                  `json:"issuer" required:"true" maxLength:"200"`
	Programme  string                  `json:"programme" maxLength:"63"` // its key; "": all that the issuer gives
	Body       string                  `json:"body" required:"true" maxLength:"200"`
	Country    string                  `json:"country" pattern:"^([A-Z]{2})?$"`
	ValidFrom  *certificate.Date       `json:"valid_from"`
	ValidUntil *certificate.Date       `json:"valid_until"`
	Conditions courses.Text            `json:"conditions"`
	Source     string                  `json:"source" maxLength:"300"`
}

type newRecognitionIn struct {
	Issuer     string            `json:"issuer" required:"true" maxLength:"200"`
	Programme  string            `json:"programme" maxLength:"63"` // its key; "": all that the issuer gives
	Body       string            `json:"body" required:"true" maxLength:"200"`
	Country    string            `json:"country" pattern:"^([A-Z]{2})?$"`
	ValidFrom  *certificate.Date `json:"valid_from"`
	ValidUntil *certificate.Date `json:"valid_until"`
	Conditions courses.Text      `json:"conditions"`
	Source     string            `json:"source" maxLength:"300"`
}

type recognitionPathIn struct {
	ID lms.ID[lms.Recognition] `path:"id"`
}

type recognitionOut struct {
	ID lms.ID[lms.Recognition] `json:"id"`
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
	stream(r, http.MethodGet, "/certificates/{serial}/credential", op{
		Summary: "A certificate as an Open Badges 3.0 credential: a JSON Web Token (form=jwt), or JSON with a Data Integrity proof (form=di).",
		Tag:     "certificates", Access: asks(lms.ReadCertificate), Produces: "application/vc",
	}, s.getCredential)
	s.lifeRoutes(r)
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

func (s *Server) getCredential(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in serialIn, _ *boundBody) error {
	form := credential.Form(c.Query("form", string(credential.Integrity)))
	signed, err := s.deps.Certificate.Credential(ctx, actor, in.Serial, form)
	if err != nil {
		return err
	}
	kind, ending := "application/vc", ".json"
	if form == credential.JWT {
		kind, ending = "application/vc+jwt", ".jwt"
	}
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="mostik-`+in.Serial+ending+`"`)
	return c.Send(signed)
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
	if v.State == certificate.Unknown {
		return out, nil
	}
	out.Since = v.Since.UTC().Format(time.RFC3339)
	if v.State == certificate.Erased {
		return out, nil
	}
	out.FromPaper, out.Kind, out.Document = v.FromPaper, v.Claim.Of(), v.Claim.Document
	out.Programme, out.PaperNumber = v.Claim.Programme, v.Claim.PaperNumber
	for _, r := range v.Recognised {
		line := recognisedOut{Body: r.Body, Country: r.Country, Conditions: r.Conditions, Source: r.Source}
		if r.ValidUntil != nil {
			line.ValidUntil = r.ValidUntil.String()
		}
		out.Recognised = append(out.Recognised, line)
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

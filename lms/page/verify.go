package page

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/api"
	"mostik/lms/certificate"
	"mostik/lms/text"
)

// verifyPage is the form, or what was found.
type verifyPage struct {
	frame
	Message, Typed string

	State                                            certificate.State
	FromPaper                                        bool
	Document, What, Since                            string
	Recognised                                       []recognisedLine
	Sign, StateWord, StateNote                       string
	Claim                                            *certificate.Claim
	Hours, Issued, Expires, LawAsOf, Checked, Sealed string
}

// getVerifyForm is the form for a typed serial; with one it leads to the page of that serial.
func (p *Pages) getVerifyForm(c *fiber.Ctx) error {
	typed := c.Query("serial")
	page := verifyPage{frame: p.frame(c, verifyTitle), Typed: typed}
	if typed == "" {
		return p.draw(c, fiber.StatusOK, "verify", page)
	}
	serial, err := certificate.ParseSerial(typed)
	if err != nil {
		page.Message = page.Words.Verify.Mistyped
		return p.draw(c, fiber.StatusUnprocessableEntity, "verify", page)
	}
	to := "/verify/" + url.PathEscape(serial)
	if lang := c.Query("lang"); text.Known(lang) {
		to += "?lang=" + url.QueryEscape(lang)
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

func verifyTitle(w *text.Words) string { return w.Verify.Title }

// getVerification shows a stranger the state of a certificate and the facts as printed, and nothing else. A search engine
// shall not keep it: it names somebody, and is out of date when the certificate is revoked.
func (p *Pages) getVerification(c *fiber.Ctx) error {
	c.Set("X-Robots-Tag", "noindex, noarchive")
	page := verifyPage{frame: p.frame(c, verifyTitle)}
	typed, err := url.PathUnescape(c.Params("serial"))
	if err != nil {
		typed = ""
	}
	if _, err := certificate.ParseSerial(typed); err != nil {
		page.Message, page.Typed = page.Words.Verify.Mistyped, typed
		return p.draw(c, fiber.StatusUnprocessableEntity, "verify", page)
	}
	v, err := p.deps.Certificate.Verify(c.UserContext(), api.AddressOf(c).String(), typed)
	if e := asError(err); err != nil && e.Kind == lms.TooMany {
		page.Message, page.Typed = page.Words.Verify.Busy, typed
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(e.RetryAfter))
		return p.draw(c, fiber.StatusTooManyRequests, "verify", page)
	}
	if err != nil {
		return err
	}
	page.show(v, text.Date(page.Lang, p.deps.Now().UTC()))
	status := fiber.StatusOK
	if v.State == certificate.Unknown {
		status = fiber.StatusNotFound
	}
	return p.draw(c, status, "verify", page)
}

// show fills in what was found. Each state has a sign of its own, for colour never speaks
// alone; "clock" and "newer" are drawn, as not every phone has a letter for them.
func (page *verifyPage) show(v certificate.Verification, today string) {
	w := page.Words.Verify
	words := map[certificate.State][3]string{
		certificate.Valid:      {"✓", w.Valid, w.ValidNote},
		certificate.Expired:    {"clock", w.Expired, w.ExpiredNote},
		certificate.Suspended:  {"‖", w.Suspended, w.SuspendedNote},
		certificate.Revoked:    {"✕", w.Revoked, w.RevokedNote},
		certificate.Superseded: {"newer", w.Superseded, w.SupersededNote},
		certificate.Erased:     {"–", w.Erased, w.ErasedNote},
		certificate.Unknown:    {"?", w.Unknown, w.UnknownNote},
	}[v.State]
	page.State, page.Sign, page.StateWord, page.StateNote = v.State, words[0], words[1], words[2]
	if v.State == certificate.Unknown {
		return
	}
	if v.State != certificate.Valid {
		page.Since = text.Date(page.Lang, v.Since)
	}
	if v.State == certificate.Erased {
		return
	}
	if page.FromPaper = v.FromPaper; v.FromPaper {
		page.StateNote = paperNote(page.StateNote, page.Words.Life.PaperNote, v.State)
	}
	page.Claim, page.Sealed, page.Checked = &v.Claim, v.Sealed, text.Stopped(w.CheckedAt+": "+today)
	page.Document, page.What = v.Claim.Document, w.Course // the issuer's own word, in whatever language it was given
	if page.Document == "" {
		page.Document = certificate.DocumentName(v.Claim, page.Lang)
	}
	if v.Claim.Programme != "" {
		page.What = page.Words.Life.Programme
	}
	page.recognised(v.Recognised)
	page.Hours = text.Decimal(page.Lang, v.Claim.Hours)
	page.Issued = text.Date(page.Lang, v.Claim.IssuedOn.Time)
	page.Expires = w.NoExpiry
	if v.Claim.ExpiresOn != nil {
		page.Expires = text.Date(page.Lang, v.Claim.ExpiresOn.Time)
	}
	if v.Claim.LawAsOf != nil {
		page.LawAsOf = text.Date(page.Lang, v.Claim.LawAsOf.Time)
	}
}

// getKeys publishes the keys that seals are checked with.
func (p *Pages) getKeys(c *fiber.Ctx) error {
	keys, err := p.deps.Certificate.PublishedKeys()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/jwk-set+json")
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return c.Send(keys)
}

// recognisedLine is one who recognises a certificate, as the page writes it.
type recognisedLine struct{ Body, Where, Until, Conditions, ConditionsLang, Source string }

func (page *verifyPage) recognised(list []certificate.Recognition) {
	for _, r := range list {
		line := recognisedLine{Body: r.Body, Where: page.Words.Life.Everywhere, Source: r.Source}
		line.Conditions, line.ConditionsLang = r.ConditionsIn(page.Lang)
		if r.Country != "" {
			line.Where = text.Country(page.Lang, r.Country)
		}
		if r.ValidUntil != nil {
			line.Until = lowered(page.Words.Verify.Expires) + ": " + text.Date(page.Lang, r.ValidUntil.Time)
		}
		page.Recognised = append(page.Recognised, line)
	}
}

// paperNote says what a paper of the past is and, where it does not hold, why: the note of a state begins with the
// sentence that the certificate was issued here, which is not so of a paper.
func paperNote(state, paper string, of certificate.State) string {
	_, why, _ := strings.Cut(state, ". ")
	if of == certificate.Valid || why == "" {
		return paper
	}
	return why + " " + paper
}

// lowered is a label in the middle of a sentence.
func lowered(label string) string {
	first, size := utf8.DecodeRuneInString(label)
	return string(unicode.ToLower(first)) + label[size:]
}

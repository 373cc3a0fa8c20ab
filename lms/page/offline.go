package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"

	"github.com/gofiber/fiber/v2"

	"mostik/lms/text"
)

// The offline page is one file that needs no other: style, script, keys and the list of what stands no more lie in it.
// The script is built with the pages (frontend/src/offline).
//
//go:embed static/offline.css
var offlineStyle string

// offlinePolicy lets the page's own script and style run, by their hashes, and nothing else be reached.
func offlinePolicy(script string) string {
	return "default-src 'none'; script-src '" + hashOf(script) + "'; style-src '" + hashOf(offlineStyle) +
		"'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

type offlinePage struct {
	frame
	CSS   template.CSS
	JS    template.JS
	Data  offlineData
	Saved bool
}

// offlineData is what the script reads.
type offlineData struct {
	// Keys are public keys by id, base64url.
	Keys  map[string]string `json:"keys"`
	List  string            `json:"list"`
	Words map[string]string `json:"words"`
}

// getOffline draws the page that checks seals, tokens and credentials without a network. It may be saved and carried along.
func (p *Pages) getOffline(c *fiber.Ctx) error {
	if p.deps.Assets == nil {
		return fiber.ErrNotFound
	}
	script, err := p.deps.Assets.Offline()
	if err != nil {
		return err
	}
	list, err := p.deps.Certificate.SerialList(c.UserContext())
	if err != nil {
		return err
	}
	page := offlinePage{
		frame: p.frame(c, func(w *text.Words) string { return w.Offline.Title }),
		CSS:   template.CSS(offlineStyle), JS: template.JS(script), Saved: c.Query("save") != "",
		Data: offlineData{Keys: map[string]string{}, List: list},
	}
	for id, key := range p.deps.Certificate.Keys.Public {
		page.Data.Keys[id] = base64.RawURLEncoding.EncodeToString(key)
	}
	w, o := page.Words, page.Words.Offline
	page.Data.Words = map[string]string{
		"Genuine": o.Genuine, "Forged": o.Forged, "UnknownKey": o.UnknownKey, "NotRead": o.NotRead, "OtherForm": o.OtherForm,
		"ListAge": o.ListAge, "TooOld": o.TooOld, "Valid": w.Verify.Valid, "Expired": w.Verify.Expired, "Suspended": w.Verify.Suspended,
		"Revoked": w.Verify.Revoked, "Holder": w.Verify.Holder, "Latin": w.Verify.Latin, "For": o.For, "Document": w.Life.Document,
		"Achievement": w.Life.Achievement, "Participation": w.Life.Participation, "Hours": w.Verify.Hours, "Issued": w.Verify.Issued,
		"Expires": w.Verify.Expires, "NoExpiry": w.Verify.NoExpiry, "Issuer": w.Verify.Issuer, "Serial": w.Verify.Serial,
	}
	c.Set(fiber.HeaderContentSecurityPolicy, offlinePolicy(script))
	if page.Saved {
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="mostik-check.html"`)
	}
	return p.draw(c, fiber.StatusOK, "offline", page)
}

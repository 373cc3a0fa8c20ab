package api

import (
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"mostik/lms/account"
	"mostik/lms/catalog"
	"mostik/lms/certificate"
	"mostik/lms/desk"
	"mostik/lms/hook"
	"mostik/lms/intake"
	"mostik/lms/learning"
	"mostik/lms/mail"
	"mostik/lms/programme"
	"mostik/lms/report"
	"mostik/lms/webinar"
)

// Deps are what the API stands on. cmd builds them; every pointer is set outside of tests.
type Deps struct {
	Account     *account.Service
	Learning    *learning.Service
	Intake      *intake.Service
	Catalog     *catalog.Service
	Certificate *certificate.Service
	Webinar     *webinar.Service
	Mail        *mail.Service
	Desk        *desk.Service
	Programme   *programme.Service
	Report      *report.Service
	Hook        *hook.Service

	// PublicURL is the site's own address, "https://learn.example.org", for the same-origin rule; "" trusts
	// the Host header alone.
	PublicURL string
	// Secure marks cookies for TLS.
	Secure bool
	// Guards run before all routes, after the security headers: demonstration mode's refusals.
	Guards []Guard
	// Contacts are shown to whoever reports a concern.
	Contacts []Contact
	// TrustedProxies are the addresses or networks whose X-Forwarded-For is believed; none is the default.
	TrustedProxies []string
	// Log takes failures that are ours; nil means slog's default.
	Log *slog.Logger
	// Metrics takes the counters; nil means that nobody counts.
	Metrics prometheus.Registerer
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// RequestTimeout bounds what a request may take on the server; 0 means 20 s. Streams are not bounded.
	RequestTimeout time.Duration
}

// Contact is where a concern can be reported, outside of the line of command.
type Contact struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Kind  string `json:"kind" enum:"mail,tel,url"`
}

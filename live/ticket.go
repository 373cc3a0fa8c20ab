package live

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Role is what somebody is in a room.
type Role string

// The roles.
const (
	Host    Role = "host"
	Speaker Role = "speaker"
	Viewer  Role = "viewer"
)

// Roles lists the roles.
func Roles() []Role { return []Role{Host, Speaker, Viewer} }

// Ticket lets somebody into one webinar. Rights were decided when it was written.
type Ticket struct {
	// ID tells tickets apart.
	ID      string
	Webinar string
	Role    Role
	// Shared tickets, such as a watch link, serve any number of sessions.
	Shared bool
	// Name is shown in the room; "" for a shared one.
	Name string
	// Site is the centre whose connection this is, "" for a person. City and Zone (IANA) are shown with it.
	Site, City, Zone string
	// Person is the account behind it, "" for a guest.
	Person string
	// Link is a guest's own invitation, "" for one who came by the link that all share; Device is the browser that they came
	// with. A ban knows guests by these: nobody in the room is told.
	Link, Device string
	Expires      time.Time
}

// MayPublish tells whether the ticket lets sound and pictures in.
func (t Ticket) MayPublish() bool { return t.Role == Host || t.Role == Speaker }

// ErrTicket is returned for a token that is no valid ticket: forged, over, or for something else.
var ErrTicket = errors.New("not a valid ticket")

const audience = "live"

type claims struct {
	jwt.RegisteredClaims
	Role   Role   `json:"role"`
	Shared bool   `json:"shared,omitempty"`
	Name   string `json:"name,omitempty"`
	Person string `json:"person,omitempty"`
	Link   string `json:"link,omitempty"`
	Device string `json:"device,omitempty"`
	Site   string `json:"site,omitempty"`
	City   string `json:"city,omitempty"`
	Zone   string `json:"zone,omitempty"`
}

// Sign writes a ticket as a token (JWT, EdDSA). An empty ID is filled.
func (t Ticket) Sign(key ed25519.PrivateKey) (string, error) {
	if t.ID == "" {
		t.ID = rand.Text()
	}
	c := claims{
		RegisteredClaims: jwt.RegisteredClaims{
			ID: t.ID, Subject: t.Webinar, Audience: jwt.ClaimStrings{audience}, ExpiresAt: jwt.NewNumericDate(t.Expires),
		},
		Role: t.Role, Shared: t.Shared, Name: t.Name, Person: t.Person,
		Link: t.Link, Device: t.Device, Site: t.Site, City: t.City, Zone: t.Zone,
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c).SignedString(key)
	if err != nil {
		return "", fmt.Errorf("signing a ticket: %w", err)
	}
	return token, nil
}

// Open reads a token at a time. Errors: ErrTicket.
func Open(token string, key ed25519.PublicKey, now time.Time) (Ticket, error) {
	var c claims
	_, err := jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return key, nil },
		jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithAudience(audience), jwt.WithExpirationRequired(),
		jwt.WithTimeFunc(func() time.Time { return now }))
	if err != nil {
		return Ticket{}, fmt.Errorf("%w: %w", ErrTicket, err)
	}
	if c.Subject == "" || c.Role != Host && c.Role != Speaker && c.Role != Viewer {
		return Ticket{}, fmt.Errorf("%w: it names no webinar or no role", ErrTicket)
	}
	return Ticket{
		ID: c.ID, Webinar: c.Subject, Role: c.Role, Shared: c.Shared, Name: c.Name, Person: c.Person, Link: c.Link, Device: c.Device, Site: c.Site, City: c.City, Zone: c.Zone,
		Expires: c.ExpiresAt.Time,
	}, nil
}

package credential

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Facts are what a certificate says.
type Facts struct {
	Serial string
	// Address is the public page of the certificate.
	Address string
	// Holder as printed, and as in the passport where that is printed too. Nothing else of them is told.
	Holder, HolderLatin string
	// Title is what it is for, Document what the paper is called, both in Language; Narrative says what the holder did.
	Title, Document, Narrative string
	// Key and Version name the course or the programme for programs.
	Key       string
	Version   int
	Programme bool // of a programme and not of one course
	// Participation marks one for having been there, which is no achievement.
	Participation bool
	Hours         string // decimal
	Language      string // BCP 47
	From          time.Time
	Until         time.Time // zero: does not end
	Place         Place
}

// Place is where the status of a credential stands: the list and the bit in it.
type Place struct{ List, Index int }

// achievementType is from the list of Open Badges 3.0, or begins with "ext:" where it has no word for it.
func (f Facts) achievementType() string {
	switch {
	case f.Participation:
		return "ext:CertificateOfParticipation"
	case f.Programme:
		return "Certification"
	}
	return "CertificateOfCompletion"
}

// The contexts of a credential; the first is asked to be first.
const (
	credentialsContext = "https://www.w3.org/ns/credentials/v2"
	openBadgesContext  = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
)

type badge struct {
	Context    []string     `json:"@context"`
	ID         string       `json:"id"`
	Type       []string     `json:"type"`
	Name       string       `json:"name"`
	Issuer     profile      `json:"issuer"`
	ValidFrom  string       `json:"validFrom"`
	ValidUntil string       `json:"validUntil,omitempty"`
	Subject    subject      `json:"credentialSubject"`
	Status     []status     `json:"credentialStatus"`
	Schema     []schemaLink `json:"credentialSchema,omitempty"`
}

type profile struct {
	ID   string   `json:"id"`
	Type []string `json:"type"`
	Name string   `json:"name"`
	URL  string   `json:"url"`
}

type subject struct {
	ID          string      `json:"id"`
	Type        []string    `json:"type"`
	Identifier  []identity  `json:"identifier"`
	Credits     float64     `json:"creditsEarned,omitempty"`
	Achievement achievement `json:"achievement"`
}

type identity struct {
	Type   string `json:"type"`
	Hashed bool   `json:"hashed"`
	Hash   string `json:"identityHash"`
	Kind   string `json:"identityType"`
}

type achievement struct {
	ID          string   `json:"id"`
	Type        []string `json:"type"`
	Kind        string   `json:"achievementType"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Criteria    criteria `json:"criteria"`
	Language    string   `json:"inLanguage"`
	Version     string   `json:"version"`
}

type criteria struct {
	Narrative string `json:"narrative"`
}

type status struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Purpose string `json:"statusPurpose"`
	Index   string `json:"statusListIndex"`
	List    string `json:"statusListCredential"`
}

type schemaLink struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// badge writes the facts as an unsecured credential.
func (i Issuer) badge(f Facts) (badge, error) {
	hours, err := strconv.ParseFloat(f.Hours, 64)
	if f.Hours != "" && err != nil {
		return badge{}, fmt.Errorf("hours %q: %w", f.Hours, err)
	}
	b := badge{
		Context: []string{credentialsContext, openBadgesContext}, ID: f.Address, Type: []string{"VerifiableCredential", "OpenBadgeCredential"},
		Name:   f.Title,
		Issuer: profile{i.ID(), []string{"Profile"}, i.Name, i.URL}, ValidFrom: moment(f.From),
		Subject: subject{
			ID: pseudonym(f.Serial), Type: []string{"AchievementSubject"}, Credits: hours,
			Identifier: []identity{{"IdentityObject", false, f.Holder, "name"}},
			Achievement: achievement{
				ID: i.achievementID(f), Type: []string{"Achievement"}, Kind: f.achievementType(), Name: f.Title, Description: f.Document + ": " + f.Title,
				Criteria: criteria{f.Narrative}, Language: f.Language, Version: strconv.Itoa(f.Version),
			},
		},
	}
	if f.HolderLatin != "" && f.HolderLatin != f.Holder {
		b.Subject.Identifier = append(b.Subject.Identifier, identity{"IdentityObject", false, f.HolderLatin, "name"})
	}
	if !f.Until.IsZero() {
		b.ValidUntil = moment(f.Until)
	}
	for _, p := range Purposes {
		list := i.ListURL(f.Place.List, p)
		index := strconv.Itoa(f.Place.Index)
		b.Status = append(b.Status, status{list + "#" + index, "BitstringStatusListEntry", string(p), index, list})
	}
	return b, nil
}

// canonical gives the canonical form. What a credential has for itself are texts at the same places in all of a programme.
func (b badge) canonical() (string, error) {
	b.Subject.Identifier, b.Status = slices.Clone(b.Subject.Identifier), slices.Clone(b.Status)
	places := []*string{&b.ID, &b.ValidFrom, &b.Subject.ID}
	if b.ValidUntil != "" {
		places = append(places, &b.ValidUntil)
	}
	for i := range b.Subject.Identifier {
		places = append(places, &b.Subject.Identifier[i].Hash)
	}
	for i := range b.Status {
		s := &b.Status[i]
		places = append(places, &s.ID, &s.Index, &s.List)
	}
	own := make([]string, len(places))
	for i, p := range places {
		own[i], *p = *p, mark(i)
	}
	marked, err := write(b)
	if err != nil {
		return "", err
	}
	return badgeForms.canonize(own, marked)
}

// achievementID names what was achieved, the same for all who did.
func (i Issuer) achievementID(f Facts) string {
	kind := "course"
	if f.Programme {
		kind = "programme"
	}
	if f.Participation {
		kind += "-participation"
	}
	return fmt.Sprintf("%s#%s/%s/%d", i.ID(), kind, url.PathEscape(f.Key), f.Version)
}

// pseudonym is the holder's id in one credential and in no other: two credentials of one person cannot be put together
// by it, and no account can be found with it.
func pseudonym(serial string) string {
	sum := sha256.Sum256([]byte("mostik holder\n" + serial))
	b := sum[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80 // UUID version 8 (RFC 9562)
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

package learning

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/catalog"
	"mostik/lms/certificate"
)

// Certifier issues the certificate of a completed course within the caller's transaction, once for an
// enrolment however often it is called, and lists a person's own. certificate.Service is one.
type Certifier interface {
	Issue(ctx context.Context, tx bun.IDB, award certificate.Award) (serial string, err error)
	Mine(ctx context.Context, actor lms.Actor) ([]certificate.Row, error)
}

// Service is the use cases of study and teaching.
type Service struct {
	DB      *bun.DB
	Catalog *catalog.Service
	// Certificates issues what a completed course earns.
	Certificates Certifier
	// Blobs keeps uploaded files.
	Blobs *blob.Store
	Now   func() time.Time
	// Seed gives the randomness of a paper; tests fix it.
	Seed func() uint64

	papers papers
	opened opened
}

// New gives the service.
func New(db *bun.DB, cat *catalog.Service, certificates Certifier, blobs *blob.Store, now func() time.Time) *Service {
	return &Service{
		DB: db, Catalog: cat, Certificates: certificates, Blobs: blobs, Now: now, Seed: randomSeed,
		papers: papers{limit: maxPapers}, opened: newOpened(),
	}
}

func (s *Service) now() time.Time { return s.Now().UTC() }

package catalog

import (
	"time"

	"github.com/uptrace/bun"

	"mostik/lms/blob"
)

// Service is the catalog's use cases.
type Service struct {
	DB    *bun.DB
	Blobs *blob.Store
	Now   func() time.Time

	versions versions
}

// New gives the service. It keeps the versions in use in memory, a bounded number of them.
func New(db *bun.DB, blobs *blob.Store, now func() time.Time) *Service {
	return &Service{DB: db, Blobs: blobs, Now: now, versions: versions{limit: maxVersions}}
}

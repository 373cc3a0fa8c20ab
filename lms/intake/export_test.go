package intake

import (
	"context"

	"github.com/uptrace/bun"

	"mostik/lms"
)

// ApplyIn does what the job does within a transaction of the test's.
func ApplyIn(ctx context.Context, s *Service, tx bun.Tx, id lms.ID[lms.Import]) error {
	return s.apply(ctx, tx, id)
}

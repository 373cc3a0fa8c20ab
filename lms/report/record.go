package report

import (
	"context"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/record"
)

// record writes the frozen report into the record of facts: whoever changes its row is found.
func (s *Service) record(ctx context.Context, tx bun.Tx, id lms.ID[lms.Report]) error {
	return record.Append(ctx, tx, record.FrozenReport(id))
}

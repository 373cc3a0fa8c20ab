package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"mostik/lms/record"
)

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Hold the record against the tables, and name every row that was changed behind the program's back. Ends with 1 when there is one."`
	Head   auditHeadCmd   `cmd:"" help:"Print the signed end of the record: one line, to be kept where nobody of this server can change it."`
}

type auditVerifyCmd struct {
	Head []string `help:"A line of 'mostik audit head' that was kept elsewhere, or a file of such lines. May be given again." placeholder:"LINE|FILE"`
}

// Run prints what was looked at and what was found.
func (c auditVerifyCmd) Run(env *environment) error {
	kept, err := keptHeads(c.Head)
	if err != nil {
		return err
	}
	return withServices(env, func(ctx context.Context, _ *database, s *services) error {
		if err := chainWaiting(ctx, s); err != nil {
			return err
		}
		r, err := s.record.Verify(ctx, kept...)
		if err != nil {
			return err
		}
		printReport(env.out, r, len(kept))
		if n := int64(len(r.Faults)) + r.More; n > 0 {
			return fmt.Errorf("the record does not hold: %d fault(s)", n)
		}
		fmt.Fprintln(env.out, "The record holds.")
		return nil
	})
}

// chainWaiting begins the record where no server has yet, and chains what is new.
func chainWaiting(ctx context.Context, s *services) error {
	if _, err := s.record.Begin(ctx); err != nil {
		return err
	}
	_, err := s.record.Chain(ctx)
	return err
}

func printReport(out writer, r *record.Report, kept int) {
	fmt.Fprintf(out, "Verified on %s: %d entries in the chain, %d waiting, %d emptied by %d erasures, %d signed ends, %d kept elsewhere.\n",
		r.At.Format(time.RFC3339), r.Entries, r.Waiting, r.Erased, r.Erasures, r.Heads, kept)
	for _, kind := range slices.Sorted(maps.Keys(r.Rows)) {
		fmt.Fprintf(out, "  %-12s %d rows held against their tables\n", kind, r.Rows[kind])
	}
	for _, f := range r.Faults {
		fmt.Fprintln(out, f)
	}
	if r.More > 0 {
		fmt.Fprintf(out, "… and %d more\n", r.More)
	}
}

// keptHeads reads heads given as lines, or as files of lines.
func keptHeads(given []string) ([]record.Head, error) {
	var heads []record.Head
	for _, g := range given {
		lines := []string{g}
		if _, err := record.ParseHead(g); err != nil {
			b, err := os.ReadFile(g)
			if err != nil {
				return nil, fmt.Errorf("--head %q is neither a line of 'mostik audit head' nor a file: %w", g, err)
			}
			lines = strings.Split(strings.TrimSpace(string(b)), "\n")
		}
		for _, l := range lines {
			h, err := record.ParseHead(l)
			if err != nil {
				return nil, fmt.Errorf("--head %q: %w", g, err)
			}
			heads = append(heads, h)
		}
	}
	return heads, nil
}

type auditHeadCmd struct{}

// Run prints the newest signed end.
func (auditHeadCmd) Run(env *environment) error {
	return withServices(env, func(ctx context.Context, _ *database, s *services) error {
		if err := chainWaiting(ctx, s); err != nil {
			return err
		}
		h, err := s.record.Head(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintln(env.out, h)
		return nil
	})
}

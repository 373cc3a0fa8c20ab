package main

import (
	"context"
	"errors"
	"fmt"
)

type deskCmd struct {
	Check deskCheckCmd `cmd:"" help:"Hold what the coordinator's desk keeps against a count of all rows. Ends with 1 when it differs. The server does it every day, and mends it."`
}

type deskCheckCmd struct {
	Mend bool `help:"Count anew what differs."`
}

// Run prints what was looked at and what differs.
func (c deskCheckCmd) Run(env *environment) error {
	return withServices(env, func(ctx context.Context, _ *database, s *services) error {
		d, err := s.desk.Check(ctx, c.Mend)
		if err != nil {
			return err
		}
		fmt.Fprintf(env.out, "%d people were looked at; %d have another standing than their rows give. %d sums are not those of the standings, %d of today not those of the sums.\n",
			d.People, d.Standings, d.Sums, d.Today)
		switch {
		case !d.Any():
			fmt.Fprintln(env.out, "The desk counts right.")
		case c.Mend:
			fmt.Fprintln(env.out, "What differed was counted anew.")
		default:
			return errors.New("the desk does not count right; 'mostik desk check --mend' counts anew")
		}
		return nil
	})
}

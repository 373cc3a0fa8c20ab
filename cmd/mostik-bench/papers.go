package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"mostik/lms/db"
)

func init() {
	certify("issue", issueRow)
	certify("ZIP", zipRow)
}

// issueRow issues a certificate to each of many who passed, kills the program in the middle, starts it again, and
// counts.
func issueRow(ctx context.Context, p *population) ([]reading, error) {
	n := p.people / 10
	w, programme := p.world, p.programmes[1].String() // its key is programme-2
	waiting := `SELECT pa.id FROM participations pa WHERE pa.programme_id = $1 AND NOT EXISTS (SELECT FROM certificates c WHERE c.award = pa.id)`
	err := errors.Join(
		w.sql(ctx, `
			INSERT INTO participations (id, programme_id, version_id, person_id, state, invited_at, joined_at)
			SELECT md5('more' || p.id)::uuid, $1, $1, p.id, 'active', now(), now() FROM persons p
			 WHERE NOT EXISTS (SELECT FROM participations pa WHERE pa.person_id = p.id AND pa.programme_id = $1)
			 ORDER BY p.id LIMIT greatest($2::int - (SELECT count(*) FROM (`+waiting+`) w), 0)`, programme, n),
		w.sql(ctx, `UPDATE participations SET state = 'passed', passed_at = now() WHERE id IN (`+waiting+` ORDER BY (pa.state = 'passed') DESC, pa.id LIMIT $2)`, programme, n),
	)
	if err == nil {
		err = p.settle(ctx) // what those who passed now change at the desk is not what a certificate costs
	}
	if err != nil {
		return nil, err
	}
	start, err := p.used(p.server)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	batch := struct {
		ID, State            string
		Total, Done, Refused int
	}{}
	web := newClient(1)
	_, _, err = web.do(ctx, request{
		method: http.MethodPost, url: p.server.url + api + "/certificate-batches", token: p.admin.token,
		body: map[string]string{"task": "issue", "programme": "programme-2"}, into: &batch,
	})
	if err != nil {
		return nil, err
	}
	issued := func() (all, once int, err error) {
		err = db.Row(ctx, w.db, `SELECT count(*), count(DISTINCT c.award) FROM certificates c JOIN participations pa ON pa.id = c.award
			WHERE c.programme_id = $1 AND c.key_id <> 'bench'`, programme).Scan(&all, &once)
		return all, once, err
	}
	killed, spent := 0, cost{}
	for {
		all, once, err := issued()
		if err != nil {
			return nil, err
		}
		if killed == 0 && all > batch.Total/2 {
			killed = all
			if spent, err = p.used(p.server); err != nil {
				return nil, err
			}
			spent.program -= start.program
			if err := p.kill(ctx); err != nil {
				return nil, err
			}
			continue
		}
		if err := p.get(ctx, web, p.admin, "/certificate-batches/"+batch.ID, &batch); err != nil {
			return nil, err
		}
		if batch.State == "done" {
			end, err := p.used(p.server)
			if err != nil {
				return nil, err
			}
			if all, once, err = issued(); err != nil {
				return nil, err
			}
			// Whoever no longer passes when their turn comes is refused, and has none.
			if killed == 0 || all != batch.Done || once != batch.Done || batch.Done+batch.Refused != batch.Total || batch.Refused > batch.Total/100 {
				return nil, fmt.Errorf("%d certificates for %d awards of %+v, killed after %d", all, once, batch, killed)
			}
			ms := millis(spent.program) + millis(end.program) + millis(end.postgres-start.postgres)
			return []reading{{
				name: "issuing to " + strconv.Itoa(batch.Done) + ", killed in the middle: one certificate", unit: milliseconds, value: ms / float64(batch.Done), limit: 3,
				note: fmt.Sprintf("killed after %d, %d issued once each, %d refused, %.0f s", killed, once, batch.Refused, time.Since(begin).Seconds()),
			}}, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
		if time.Since(begin) > 4*time.Minute {
			return nil, fmt.Errorf("the certificates were not issued in 4 minutes: %+v", batch)
		}
	}
}

// kill ends the program as a power cut would, and starts it again.
func (p *population) kill(ctx context.Context) error {
	if err := syscall.Kill(p.server.pid(), syscall.SIGKILL); err != nil {
		return err
	}
	p.server.stop()
	dir := filepath.Dir(p.world.data)
	again, err := startServer(ctx, p.program, dir, p.world)
	if err != nil {
		return err
	}
	p.server = again
	return nil
}

// zipOf is how many papers are drawn into one file.
const zipOf = 1000

// zipRow draws papers into one file, as a job that tells how far it is.
func zipRow(ctx context.Context, p *population) ([]reading, error) {
	serials, err := p.validSerials(ctx, zipOf)
	if err != nil {
		return nil, err
	}
	start, err := p.used(p.server)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	var batch struct {
		ID          string
		State       string
		Total, Done int
		Bytes       int64
	}
	web := newClient(1)
	_, _, err = web.do(ctx, request{
		method: http.MethodPost, url: p.server.url + api + "/certificate-batches", token: p.admin.token,
		body: map[string]any{"task": "zip", "serials": serials}, into: &batch,
	})
	if err != nil {
		return nil, err
	}
	told := map[int]bool{} // how far it said it was
	for batch.State != "done" {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
		if err := p.get(ctx, web, p.admin, "/certificate-batches/"+batch.ID, &batch); err != nil {
			return nil, err
		}
		told[batch.Done] = true
		if time.Since(begin) > 3*time.Minute {
			return nil, fmt.Errorf("the papers were not drawn in 3 minutes: %d of %d", batch.Done, batch.Total)
		}
	}
	end, err := p.used(p.server)
	if err != nil {
		return nil, err
	}
	if batch.Done != batch.Total || batch.Total != len(serials) || batch.Bytes == 0 {
		return nil, fmt.Errorf("%d of %d papers in %d bytes, %d were asked for", batch.Done, batch.Total, batch.Bytes, len(serials))
	}
	return []reading{{
		name: "ZIP of " + thousands(batch.Total) + " papers, a paper", unit: milliseconds, value: (end.ms() - start.ms()) / float64(batch.Total),
		note: fmt.Sprintf("%.1f MB, %.0f s, progress told %d times", float64(batch.Bytes)/1e6, time.Since(begin).Seconds(), len(told)),
	}}, nil
}

// validSerials are those that the program issued itself, before those that were made for it.
func (p *population) validSerials(ctx context.Context, n int) ([]string, error) {
	rows, err := db.Rows(ctx, p.world.db, `
		SELECT serial FROM certificates WHERE state = 'valid' AND expires_on >= current_date + 1 AND origin = 'issued'
		 ORDER BY key_id = 'bench', serial LIMIT $1`, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var serial string
		if err := rows.Scan(&serial); err != nil {
			return nil, err
		}
		list = append(list, serial)
	}
	return list, rows.Err()
}

package main

import (
	"context"
	"crypto/sha256"
	_ "embed" // of the text of the generator
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/db"
	"mostik/migrations"
)

// population is a database of many people in many places, and the shipped program on it.
type population struct {
	*bench
	people  int
	cleanup []func()
	// admin sees everybody; kz coordinates one country; centre one centre.
	admin, kz, centre learner
	grants            map[*learner]lms.Grant
	programmes        []lms.ID[lms.Programme]
	// baseline is what one plain sequential count of the completions costs, in processor milliseconds.
	baseline float64
	dearest  []dear
}

// makePopulation makes it, or takes the one that an earlier run kept, and starts the program.
func makePopulation(ctx context.Context, o options, people int) (*population, error) {
	dir, err := os.MkdirTemp("", "mostik-bench-")
	if err != nil {
		return nil, err
	}
	p := &population{bench: &bench{options: o}, people: people}
	p.cleanup = append(p.cleanup, func() { _ = os.RemoveAll(dir) })
	if err := p.make(ctx, dir); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *population) make(ctx context.Context, dir string) (err error) {
	if p.kept == "" {
		err = p.open(ctx, dir, p.fill)
	} else {
		err = p.copyKept(ctx, dir)
	}
	if err != nil {
		return err
	}
	if err := p.readers(ctx); err != nil {
		return err
	}
	if err := p.serve(ctx, dir); err != nil {
		return err
	}
	p.baseline, err = p.count(ctx)
	return err
}

// serve starts the program and waits until it has told everybody what it has to tell them.
func (p *population) serve(ctx context.Context, dir string) (err error) {
	if p.server, err = startServer(ctx, p.program, dir, p.world); err != nil {
		return err
	}
	p.cleanup = append(p.cleanup, func() { p.server.stop() })
	return p.settle(ctx)
}

// settle waits until the program does nothing by itself any more. Mails to half of all people would take it minutes, of
// which nothing is to be learnt here: they count as sent. All participations are explained anew once, which no page is to
// be charged with. Errors: it did not come to rest.
func (p *population) settle(ctx context.Context) error {
	const (
		most  = 15 * time.Minute
		quiet = 20 * time.Millisecond // of processor time a second
	)
	before, err := p.used(p.server)
	for begin, calm := time.Now(), 0; err == nil && calm < 3; {
		if time.Since(begin) > most {
			return errors.New("the program did not come to rest")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
		var told, queue int64
		told, err = db.Exec(ctx, p.world.db, `UPDATE mails SET state = 'sent', sent_at = now() WHERE state = 'waiting'`)
		err2 := db.Row(ctx, p.world.db, `SELECT count(*) FROM participations_changed`).Scan(&queue)
		after, err3 := p.used(p.server)
		err = errors.Join(err, err2, err3)
		calm++
		if told > 0 || queue > 0 || after.program+after.postgres-before.program-before.postgres > quiet {
			calm = 0
		}
		before = after
	}
	return errors.Join(err, p.world.fold(ctx), p.world.sql(ctx, `VACUUM ANALYZE`))
}

// open starts the database of a folder, and fills it.
func (p *population) open(ctx context.Context, dir string, fill func(context.Context) error) error {
	w := &world{data: filepath.Join(dir, "data")}
	if err := w.startDatabase(ctx, dir); err != nil {
		return err
	}
	p.world = w
	p.cleanup = append(p.cleanup, w.close)
	if _, err := migrations.Apply(ctx, w.db.DB); err != nil {
		return err
	}
	if err := w.openServices(ctx); err != nil {
		return err
	}
	if err := fill(ctx); err != nil {
		return err
	}
	rows, err := db.Rows(ctx, w.db, `SELECT id FROM programmes WHERE key LIKE 'programme-%' ORDER BY key`)
	if err != nil {
		return err
	}
	defer rows.Close()
	p.programmes = nil
	for rows.Next() {
		var id lms.ID[lms.Programme]
		if err := rows.Scan(&id); err != nil {
			return err
		}
		p.programmes = append(p.programmes, id)
	}
	return rows.Err()
}

//go:embed generator.go
var generator string

// copyKept copies the folder of a run that made so many people by the same program text on the same tables. Where
// there is none it makes one. Days count from the day on which it was made, so the next day makes another.
func (p *population) copyKept(ctx context.Context, dir string) error {
	all, err := migrations.All()
	if err != nil {
		return err
	}
	text := generator
	for _, m := range all {
		text += m.Checksum
	}
	sum := sha256.Sum256([]byte(text))
	kept := filepath.Join(p.kept, fmt.Sprintf("%d-%s-%x", p.people, time.Now().UTC().Format(time.DateOnly), sum[:6]))
	if _, err := os.Stat(kept); errors.Is(err, fs.ErrNotExist) {
		if err := p.makeKept(ctx, kept); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, "cp", "-a", "--reflink=auto", kept+"/.", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("copying %s: %w: %s", kept, err, out)
	}
	return p.open(ctx, dir, func(context.Context) error { return nil })
}

// makeKept leaves a database that is filled and stopped in a folder.
func (p *population) makeKept(ctx context.Context, folder string) error {
	half := folder + ".half"
	if err := errors.Join(os.RemoveAll(half), os.MkdirAll(half, 0o711)); err != nil {
		return err
	}
	maker := &population{bench: &bench{options: p.options}, people: p.people}
	err := maker.open(ctx, half, maker.fill)
	if err == nil {
		err = maker.serve(ctx, half)
	}
	maker.close()
	if err != nil {
		return err
	}
	return os.Rename(half, folder)
}

func (p *population) close() {
	for i := len(p.cleanup) - 1; i >= 0; i-- {
		p.cleanup[i]()
	}
}

// count takes the processor time of one plain sequential count, on one processor, when the table is in memory.
func (p *population) count(ctx context.Context) (float64, error) {
	// In a transaction of its own: what is set here must not stay with a connection that others use later.
	tx, err := p.world.db.DB.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	for _, set := range []string{"max_parallel_workers_per_gather = 0", "enable_indexscan = off", "enable_indexonlyscan = off", "enable_bitmapscan = off"} {
		if _, err := tx.ExecContext(ctx, "SET LOCAL "+set); err != nil {
			return 0, err
		}
	}
	const warm, times = 2, 10
	var before cost
	for i := range warm + times {
		if i == warm {
			if before, err = p.used(p.server); err != nil {
				return 0, err
			}
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM activity_progress`).Scan(&n); err != nil {
			return 0, err
		}
		if n != p.people*completionsEach {
			return 0, fmt.Errorf("%d completions where %d were made", n, p.people*completionsEach)
		}
	}
	after, err := p.used(p.server)
	return (after.ms() - before.ms()) / times, err
}

// readers are those who look at it.
func (p *population) readers(ctx context.Context) error {
	p.grants = map[*learner]lms.Grant{
		&p.admin:  {Role: lms.Admin, Scope: lms.AllGround()},
		&p.kz:     {Role: lms.Coordinator, Scope: lms.CountryGround("KZ")},
		&p.centre: {Role: lms.Coordinator, Scope: lms.CentreGround(p.someCentre(ctx))},
	}
	for who, grant := range p.grants {
		who.person = lms.NewID[lms.Person]()
		if err := p.world.sql(ctx, `INSERT INTO persons (id, given_name, family_name, language, created_at) VALUES ($1, 'Алия', 'Сатпаева', 'ru', now())`,
			who.person.String()); err != nil {
			return err
		}
		var id any
		if !grant.Scope.ID.IsZero() {
			id = grant.Scope.ID.String()
		}
		// A job asks for the rights that whoever asked for it still has.
		err := p.world.sql(ctx, `INSERT INTO memberships (id, person_id, role, scope_kind, scope_id, country, created_at) VALUES (gen_random_uuid(), $1, $2, $3, $4, nullif($5, ''), now())`,
			who.person.String(), string(grant.Role), string(grant.Scope.Kind), id, grant.Scope.Country)
		if err != nil {
			return err
		}
	}
	p.renew()
	return nil
}

// renew signs them in anew, for a run takes longer than a token is good.
func (p *population) renew() {
	for who, grant := range p.grants {
		who.token = account.TokenFor(p.world.tokens, lms.Actor{
			Person: who.person, Session: lms.NewID[lms.Session](), Grants: []lms.Grant{grant}, Language: "ru",
		})
	}
}

func (p *population) someCentre(ctx context.Context) (id lms.ID[lms.Centre]) {
	_ = p.world.db.DB.QueryRowContext(ctx, `SELECT id FROM centres WHERE country = 'KZ' ORDER BY name LIMIT 1`).Scan(&id)
	return id
}

package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// plansOf is how many of the dearest requests are shown with the plan of their slowest statement.
const plansOf = 5

// dear is a request with what it cost, kept for [population.plans].
type dear struct {
	name, path string
	who        learner
	ms         float64
}

func (p *population) remember(name string, who learner, path string, ms float64) {
	p.dearest = append(p.dearest, dear{name, path, who, ms})
}

// plans prints how PostgreSQL does the slowest statement of the dearest requests, as it does it for the program: another
// session with the same text may be given another plan.
func (p *population) plans(ctx context.Context) error {
	slices.SortFunc(p.dearest, func(a, b dear) int { return cmp.Compare(b.ms, a.ms) })
	if err := p.explain(ctx); err != nil {
		return err
	}
	p.renew()
	web := newClient(1)
	web.http.Timeout = 2 * time.Minute
	log := filepath.Join(filepath.Dir(p.world.data), "pg", "server.log")
	for _, d := range p.dearest[:min(plansOf, len(p.dearest))] {
		for who := range p.grants {
			if who.person == d.who.person {
				d.who = *who
			}
		}
		const warm = 7 // the planner looks at five runs before it keeps a plan
		for range warm {
			if err := p.get(ctx, web, d.who, d.path, nil); err != nil {
				return err
			}
		}
		before, err := os.Stat(log)
		if err != nil {
			return err
		}
		if err := p.get(ctx, web, d.who, d.path, nil); err != nil {
			return err
		}
		time.Sleep(200 * time.Millisecond) // the log is written by another process
		written, err := since(log, before.Size())
		if err != nil {
			return err
		}
		fmt.Printf("\n%s: %.0f ms\nGET %s\n\n%s\n", d.name, d.ms, d.path, slowestPlan(written))
	}
	return nil
}

// explain lets PostgreSQL write each statement's plan into its log, and starts the program anew, for it asks over
// connections that began before.
func (p *population) explain(ctx context.Context) error {
	conn, err := p.world.db.DB.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, statement := range []string{
		"LOAD 'auto_explain'", // the session that sets its settings must know them
		"ALTER SYSTEM SET session_preload_libraries = 'auto_explain'",
		"ALTER SYSTEM SET auto_explain.log_min_duration = 1", // ms
		"ALTER SYSTEM SET auto_explain.log_analyze = on",
		"ALTER SYSTEM SET auto_explain.log_buffers = on",
		"SELECT pg_reload_conf()",
	} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	p.server.stop()
	again, err := startServer(ctx, p.program, filepath.Dir(p.world.data), p.world)
	if err != nil {
		return err
	}
	p.server = again
	return nil
}

func since(file string, offset int64) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return "", err
	}
	raw, err := io.ReadAll(f)
	return string(raw), err
}

var planned = regexp.MustCompile(`duration: ([0-9.]+) ms  plan:`)

// slowestPlan takes the longest statement out of a log, without its text and without what the planner thought.
func slowestPlan(log string) string {
	longest, plan := -1.0, "no statement took a millisecond"
	places := planned.FindAllStringSubmatchIndex(log, -1)
	for i, at := range places {
		ms, err := strconv.ParseFloat(log[at[2]:at[3]], 64)
		if err != nil || ms <= longest {
			continue
		}
		end := len(log)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		longest, plan = ms, shortPlan(log[at[1]:end])
	}
	return plan
}

var (
	thought = regexp.MustCompile(`\(cost=[^)]*\) `)
	detail  = regexp.MustCompile(`^\s*(Cache Key|Cache Mode|Hits|Sort Method|Worker|Batches|Buckets|Query Text|Rows Removed by Index|I/O Timings|Planning|JIT)`)
	took    = regexp.MustCompile(`actual time=[0-9.]+\.\.([0-9.]+)`)
)

const planWidth = 150

// shortPlan keeps the nodes of a plan, what they ask for, and the pages that the whole of it looked at.
func shortPlan(text string) string {
	var lines []string
	body, pages := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(strings.TrimPrefix(line, "\t"), "\n")
		node := thought.MatchString(line)
		body = body || node
		buffers := strings.HasPrefix(strings.TrimSpace(line), "Buffers:")
		if !body || detail.MatchString(line) || buffers && pages {
			continue
		}
		pages = pages || buffers
		if !node && strings.Contains(line, " LOG: ") { // the next thing that was logged
			break
		}
		line = took.ReplaceAllString(thought.ReplaceAllString(line, ""), "$1 ms")
		if r := []rune(line); len(r) > planWidth {
			line = string(r[:planWidth]) + "…"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

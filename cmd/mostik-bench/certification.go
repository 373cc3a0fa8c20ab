package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"
)

// certificationCommand measures what coordinators wait for, with many people.
const certificationCommand = "certification"

// certificationLimit bounds a whole run.
const certificationLimit = 30 * time.Minute

// unit is what a figure is counted in.
type unit string

const (
	ofCount      unit = "of the count" // processor time, in times that of the plain count
	milliseconds unit = "ms"           // processor time
	megabytes    unit = "MB"           // the most that the program held
	times        unit = "times"        // what 100,000 people cost of what 10,000 do
)

// reading is one line of the table.
type reading struct {
	name  string
	unit  unit
	value float64
	// limit is what was promised, 0 where nothing was.
	limit float64
	note  string
}

// certificationRow is something to be measured on a population. A part of the program registers its own.
type certificationRow struct {
	name    string
	measure func(ctx context.Context, p *population) ([]reading, error)
}

var certificationRows []certificationRow

// certify registers what is measured with many people, in its file's init.
func certify(name string, measure func(ctx context.Context, p *population) ([]reading, error)) {
	certificationRows = append(certificationRows, certificationRow{name, measure})
}

// grownPage is registered beside certify: a page whose cost is compared between a tenth of the people and all of them.
type grownPage struct {
	name string
	path func(p *population) string
}

var grownPages []grownPage

func runCertification(args []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	o := options{}
	flags := flag.NewFlagSet("mostik-bench "+certificationCommand, flag.ExitOnError)
	flags.StringVar(&o.program, "mostik", filepath.Join(filepath.Dir(self), "mostik"), "the program to measure")
	flags.IntVar(&o.people, "people", 100_000, "people; a tenth of them stand for growth")
	flags.IntVar(&o.clients, "clients", 2, "requests under way at once")
	flags.StringVar(&o.kept, "kept", "", "a folder in which databases that were made stay, for later runs of the day")
	plans := flags.Bool("plans", false, "show how PostgreSQL does the dearest of what was measured")
	only := flags.String("only", "", "measure only what has a name that matches this regular expression")
	_ = flags.Parse(args)
	if o.only, err = regexp.Compile(*only); err != nil {
		return err
	}
	if _, err := os.Stat(o.program); err != nil {
		return fmt.Errorf("%w: 'make build' makes it", err)
	}
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, certificationLimit)
	defer cancel()

	begin := time.Now()
	p, err := makePopulation(ctx, o, o.people)
	if err != nil {
		return fmt.Errorf("making the database: %w", err)
	}
	defer p.close()
	fmt.Printf("%s people, %s completions and %s certificates; a plain sequential count of the completions costs %.0f ms.\n",
		thousands(p.people), thousands(p.people*completionsEach), thousands(p.people*certificatesOf5/5), p.baseline)
	figures, failures := p.growth(ctx)
	printFigures(figures)
	figures, more := p.certification(ctx)
	failures = append(failures, more...)
	printFigures(figures)
	if *plans {
		if err := p.plans(ctx); err != nil {
			failures = append(failures, fmt.Sprintf("plans: %v", err))
		}
	}
	for _, f := range failures {
		fmt.Println("not measured:", f)
	}
	fmt.Printf("\nThe run took %.0f s.\n", time.Since(begin).Seconds())
	if len(failures) > 0 {
		return fmt.Errorf("%d things were not measured", len(failures))
	}
	return nil
}

const (
	growthRounds = 7
	growthEach   = 40 // requests a round
)

// growth measures the pages with all people and with a tenth of them, in turns, so that whatever else the machine does
// makes both dearer, and takes the median of the rounds.
func (p *population) growth(ctx context.Context) (figures []reading, failures []string) {
	if !p.only.MatchString("growth") {
		return nil, nil
	}
	small, err := makePopulation(ctx, p.options, p.people/10)
	if err != nil {
		return nil, []string{fmt.Sprintf("growth: making the smaller database: %v", err)}
	}
	defer small.close()
	for _, page := range grownPages {
		var costs [2][]float64
		for range growthRounds {
			for i, of := range []*population{small, p} {
				c, err := of.times(ctx, of.admin, page.path(of), 4, growthEach)
				if err != nil {
					failures = append(failures, fmt.Sprintf("growth, %s: %v", page.name, err))
				}
				costs[i] = append(costs[i], c.ms())
			}
		}
		before, after := median(costs[0]), median(costs[1])
		figures = append(figures, reading{
			name: "growth, " + page.name, unit: times, value: after / before, limit: 2, note: fmt.Sprintf("%.2f ms and %.2f ms", before, after),
		})
	}
	return figures, failures
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

func (p *population) certification(ctx context.Context) (figures []reading, failures []string) {
	for _, row := range certificationRows {
		if !p.only.MatchString(row.name) || ctx.Err() != nil {
			continue
		}
		p.renew()
		f, err := row.measure(ctx, p)
		if err != nil {
			failures = append(failures, fmt.Sprintf("%s: %v", row.name, err))
		}
		figures = append(figures, f...)
	}
	return figures, failures
}

// cost takes the processor time of a request, in milliseconds.
func (p *population) cost(ctx context.Context, who learner, path string) (float64, error) {
	c, err := p.times(ctx, who, path, 12, 60)
	return c.ms(), err
}

// times asks for a page n times, after some that are not counted.
func (p *population) times(ctx context.Context, who learner, path string, warm, n int) (cost, error) {
	return p.measure(ctx, operation{
		name: path, warm: warm, n: n, do: func(ctx context.Context, c *client, _ int) error { return p.get(ctx, c, who, path, nil) },
	})
}

// asked is a figure of a request: what it costs in times that of the count.
func (p *population) asked(ctx context.Context, name string, limit float64, who learner, path string) (reading, error) {
	ms, err := p.cost(ctx, who, path)
	if err != nil {
		return reading{}, fmt.Errorf("%s: %w", name, err)
	}
	p.remember(name, who, path, ms)
	return reading{name: name, unit: ofCount, value: ms / p.baseline, limit: limit, note: fmt.Sprintf("%.2f ms", ms)}, nil
}

func printFigures(figures []reading) {
	if len(figures) == 0 {
		return
	}
	t := tabwriter.NewWriter(os.Stdout, 2, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nwhat\tfigure\tlimit\tfigure/limit\t")
	for _, f := range figures {
		fmt.Fprintf(t, "%s\t%.3g %s\t%s\t%s\t%s\n", f.name, f.value, f.unit, limitOf(f.limit), ratio(f.value, f.limit), f.note)
	}
	_ = t.Flush()
}

func limitOf(v float64) string {
	if v == 0 {
		return ""
	}
	return fmt.Sprintf("%g", v)
}

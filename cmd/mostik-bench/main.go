// Command mostik-bench measures what Mostik costs: processor time of the server and of PostgreSQL together,
// as the operating system counts it, for each of the operations that people wait for; statements and bytes
// beside it. It makes a database of its own with 20,000 people in one cohort, starts the very program that
// is shipped on it, and asks over loopback HTTP. Saving an answer is measured beside a bare handler that
// runs the same statement in the same run.
//
// It prints figures and ratios and never fails because of them: machines differ, ratios much less.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"syscall"
	"time"
)

// limit bounds a whole run.
const limit = 4 * time.Minute

type options struct {
	program string
	people  int
	clients int
	only    *regexp.Regexp
	keep    bool
	// kept is where databases that were made stay for later runs, "" where they do not.
	kept string
}

func main() {
	// Programs started here end with the thread that started them, so this one must not end before.
	runtime.LockOSThread()
	if len(os.Args) > 1 && os.Args[1] == bareCommand {
		exit(serveBare())
	}
	if len(os.Args) > 1 && os.Args[1] == liveCommand {
		exit(runLive(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == lineCommand {
		exit(runLine(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == limitCommand {
		exit(runLimit(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == limitReaders {
		exit(readLimit(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == certificationCommand {
		exit(runCertification(os.Args[2:]))
	}
	o, err := readOptions(os.Args[1:])
	if err != nil {
		exit(err)
	}
	// A reader that goes away ("| head") must not keep the folder from being removed.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	exit(run(ctx, o))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "mostik-bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func readOptions(args []string) (o options, err error) {
	self, err := os.Executable()
	if err != nil {
		return o, err
	}
	flags := flag.NewFlagSet("mostik-bench", flag.ExitOnError)
	flags.StringVar(&o.program, "mostik", filepath.Join(filepath.Dir(self), "mostik"), "the program to measure")
	flags.IntVar(&o.people, "people", 20_000, "people in the large cohort")
	flags.IntVar(&o.clients, "clients", 2, "requests under way at once")
	flags.BoolVar(&o.keep, "keep", false, "keep the folder of the run")
	only := flags.String("only", "", "measure only operations whose name matches this regular expression")
	_ = flags.Parse(args)
	if _, err := os.Stat(o.program); err != nil {
		return o, fmt.Errorf("%w: 'make build' makes it", err)
	}
	o.only, err = regexp.Compile(*only)
	return o, err
}

// run makes the world, starts the programs, measures, prints, and takes everything down again.
func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "mostik-bench-")
	if err != nil {
		return err
	}
	if o.keep {
		fmt.Println("The run's folder stays:", dir)
	} else {
		defer os.RemoveAll(dir)
	}
	begin := time.Now()
	w, err := makeWorld(ctx, dir, o.people)
	if err != nil {
		return fmt.Errorf("making the database: %w", err)
	}
	defer w.close()
	fmt.Printf("A database with %d people in one cohort was made in %.0f s.\n", o.people, time.Since(begin).Seconds())

	server, err := startServer(ctx, o.program, dir, w)
	if err != nil {
		return fmt.Errorf("starting %s: %w", o.program, err)
	}
	defer server.stop()
	bare, err := startBare(ctx, w)
	if err != nil {
		return fmt.Errorf("starting the bare handler: %w", err)
	}
	defer bare.stop()

	b := &bench{options: o, world: w, server: server, bare: bare}
	results, failures := b.all(ctx)
	printTable(os.Stdout, results)
	fmt.Print(b.weights.String())
	for _, f := range failures {
		fmt.Println("not measured:", f)
	}
	fmt.Printf("\nThe run took %.0f s.\n", time.Since(begin).Seconds())
	if len(failures) > 0 {
		return fmt.Errorf("%d operations were not measured", len(failures))
	}
	return nil
}

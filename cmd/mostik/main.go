// Command mostik is the program: it serves the API and the pages, and holds the tools of whoever operates
// it. Everything is built by hand here, top to bottom, and this is the only package that reads the
// environment.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the linker (see the Makefile).
var version = "dev"

// commands is what one can say to the program. The texts are what `mostik --help` teaches.
type commands struct {
	Serve    serveCmd    `cmd:"" help:"Serve the pages and the API until told to stop."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database to the newest schema. 'serve' does it too; do it by hand to see what would run."`
	Demo     demoCmd     `cmd:"" help:"Load a made-up programme into an empty database: centres, a thousand people, their study, accounts to look around with."`
	User     userCmd     `cmd:"" help:"Make accounts, print one-time codes, set passwords and roles."`
	Course   courseCmd   `cmd:"" help:"Check, import and export courses."`
	Ticket   ticketCmd   `cmd:"" help:"Print a ticket into a webinar, for a room system, a streaming program or a load test."`
	CleanPDF cleanPDFCmd `cmd:"" name:"clean-pdf" hidden:"" help:"Clean a PDF: the server starts itself so."`
	Config   configCmd   `cmd:"" help:"List every setting with its meaning, its default and its present value. Secrets are masked."`
	Doctor   doctorCmd   `cmd:"" help:"Look for what would keep Mostik from running well, and say what to do about it."`
	Backup   backupCmd   `cmd:"" help:"Write database, files and keys into one archive. Mostik may go on running."`
	Restore  restoreCmd  `cmd:"" help:"Bring an archive back into an empty data folder. Mostik must be stopped."`
	Audit    auditCmd    `cmd:"" help:"Verify the record of grades, credits, certificates and frozen reports, or print its signed end."`
	Desk     deskCmd     `cmd:"" help:"Hold the desk's sums against the rows that they are of."`
	Keys     keysCmd     `cmd:"" help:"List the keys that seal certificates, or take a new one."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(env *environment) error {
	fmt.Fprintln(env.out, "mostik", version)
	return nil
}

const description = `Mostik, a learning management system for organisations that train people across borders.

Settings come from the environment, or from a file of KEY=value lines named by MOSTIK_CONFIG.
'mostik config' lists them. Begin with 'mostik doctor'.`

func main() {
	if os.Getenv("GOGC") == "" {
		paceCollections()
	}
	os.Exit(run(interrupted(), os.Args[1:], variables(os.Environ()), os.Stdout, os.Stderr))
}

// interrupted is a context that ends when the program is asked to stop. A second request ends the program
// at once, as the system does by default.
func interrupted() context.Context {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx
}

// run is main with its surroundings handed in, so that tests start the very same program.
func run(ctx context.Context, args []string, vars map[string]string, out, errOut writer) int {
	return runWith(ctx, args, vars, os.Stdin, out, errOut)
}

func runWith(ctx context.Context, args []string, vars map[string]string, in *os.File, out, errOut writer) int {
	env := &environment{ctx: ctx, out: out, errOut: errOut, vars: vars, in: in}
	var cli commands
	exit := -1
	parser, err := kong.New(&cli, kong.Name("mostik"), kong.Description(description), kong.UsageOnError(),
		kong.Writers(out, errOut), kong.Exit(func(code int) { exit = code }), kong.Bind(env),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(errOut, "mostik:", err)
		return 1
	}
	command, err := parser.Parse(args)
	if exit >= 0 { // --help was asked for and given
		return exit
	}
	if err != nil {
		fmt.Fprintf(errOut, "mostik: %v. 'mostik --help' lists the commands.\n", err)
		return 2
	}
	if err := command.Run(env); err != nil {
		fmt.Fprintln(errOut, "mostik:", err)
		return 1
	}
	return 0
}

// environment is what a command finds around it.
type environment struct {
	ctx    context.Context
	vars   map[string]string
	in     *os.File
	out    writer
	errOut writer
}

type writer interface{ Write([]byte) (int, error) }

// logger writes lines for people who read them in a terminal or a journal.
func (e *environment) logger(cfg Config) *slog.Logger { return e.loggerFrom(cfg.level()) }

// quiet is the logger of commands, whose own words say that all went well.
func (e *environment) quiet(cfg Config) *slog.Logger {
	if cfg.level() == slog.LevelInfo {
		return e.loggerFrom(slog.LevelWarn)
	}
	return e.logger(cfg)
}

func (e *environment) loggerFrom(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(e.errOut, &slog.HandlerOptions{Level: level}))
}

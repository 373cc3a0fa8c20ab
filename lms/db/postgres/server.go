package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrInUse says that another process runs the server of this folder.
var ErrInUse = errors.New("another Mostik uses this data folder")

// Config says where the cluster lies and how it is run.
type Config struct {
	// Dir is the cluster's folder, made when it is missing.
	Dir string
	// Log gets a line for each start, restart and stop. Nil means silence.
	Log *slog.Logger
	// Shared makes Open connect to a server that another process runs, instead of refusing. Commands
	// use it, so that they work beside a running Mostik and without one.
	Shared bool
	// Detached leaves the server running when this process ends. Whoever asks for it ends the server.
	Detached bool
	// Settings are given to the server after our own and win over them ("fsync=off").
	Settings []string
}

// tuning fits a small machine that keeps every acknowledged answer: nothing here trades safety for speed.
var tuning = []string{
	"listen_addresses=", "unix_socket_directories=../run", "port=" + port,
	"max_connections=100", "shared_buffers=128MB", "effective_cache_size=512MB", "work_mem=8MB",
	"maintenance_work_mem=64MB", "fsync=on", "synchronous_commit=on", "full_page_writes=on",
	"wal_compression=on", "max_wal_size=512MB", "checkpoint_timeout=10min", "random_page_cost=1.1",
	"timezone=UTC", "log_timezone=UTC", "datestyle=ISO,YMD", "log_min_duration_statement=1000",
	"log_line_prefix=%m [%p] ", "jit=off", "cluster_name=mostik",
}

// Server is a running cluster, or a connection to one that another process runs.
type Server struct {
	cluster  *cluster
	detached bool
	log      *slog.Logger
	host     string
	hostDir  *os.File // kept open while host points at it
	lock     *os.File // nil when another process runs the server

	stopping atomic.Bool
	stopped  chan struct{} // closed when the supervisor has ended
	restarts atomic.Int64

	mu  sync.Mutex
	pid int
}

// Open starts the cluster in cfg.Dir and waits until it answers; with Shared it uses the one that another
// process runs already. Errors: ErrNotInstalled, ErrInUse, or what the server said in its log.
func Open(ctx context.Context, cfg Config) (*Server, error) {
	log := cfg.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	lock, err := takeLock(ctx, cfg.Dir, cfg.Shared)
	if errors.Is(err, ErrInUse) && cfg.Shared {
		return Attach(ctx, cfg.Dir, log)
	}
	if err != nil {
		return nil, err
	}
	s, err := start(ctx, cfg, log)
	if err != nil {
		lock.Close()
		return nil, err
	}
	s.lock = lock
	return s, nil
}

// takeLock takes the folder's lock, which the kernel gives back when its holder dies however it dies. A
// command that ends in a moment may hold it, so a few seconds are granted unless the caller can share.
func takeLock(ctx context.Context, dir string, shared bool) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for range 50 {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) || shared {
			break
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("%w: %s", ErrInUse, dir)
	}
	return nil, err
}

func newServer(c *cluster, log *slog.Logger) (*Server, error) {
	host, dir, err := c.socketFolder()
	if err != nil {
		return nil, err
	}
	return &Server{cluster: c, log: log, host: host, hostDir: dir, stopped: make(chan struct{})}, nil
}

// Attach connects to the server that another process runs in a folder, and fails when none answers
// within a minute.
func Attach(ctx context.Context, dir string, log *slog.Logger) (*Server, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir}
	if err := errors.Join(c.describe(), c.readPassword()); err != nil {
		return nil, err
	}
	s, err := newServer(c, log)
	if err != nil {
		return nil, err
	}
	close(s.stopped)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return s, s.waitReady(ctx, nil)
}

func start(ctx context.Context, cfg Config, log *slog.Logger) (*Server, error) {
	c, err := openCluster(ctx, cfg.Dir, append(append([]string{}, tuning...), cfg.Settings...))
	if err != nil {
		return nil, err
	}
	s, err := newServer(c, log)
	if err != nil {
		return nil, err
	}
	s.detached = cfg.Detached
	if err := endLeftovers(ctx, c.data()); err != nil {
		return nil, err
	}
	running, err := s.launch()
	if err != nil {
		return nil, err
	}
	go s.supervise(running)
	if err = s.waitReady(ctx, running.ended); err == nil {
		err = s.createDatabase(ctx)
	}
	if err != nil {
		s.stopping.Store(true)
		_ = s.end(context.WithoutCancel(ctx))
		return nil, err
	}
	return s, nil
}

// instance is one run of the postgres program.
type instance struct {
	pid   int
	ended chan struct{}
	err   error // how it ended; read after ended is closed
}

// launch starts the program. Starting and waiting happen on one locked thread, because the kernel sends
// the parent-death signal when that thread ends and not when the process does (prctl(2)).
func (s *Server) launch() (*instance, error) {
	c := s.cluster
	if err := clearFiles(c.data(), c.run()); err != nil {
		return nil, err
	}
	out, err := openLog(c.log())
	if err != nil {
		return nil, err
	}
	args := []string{"-D", "/proc/self/fd/3"}
	for _, setting := range c.settings {
		args = append(args, "-c", setting)
	}
	cmd, done, err := c.command(context.Background(), c.data(), "postgres", args...)
	if err != nil {
		out.Close()
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = out, out
	if !s.detached {
		cmd.SysProcAttr.Pdeathsig = syscall.SIGINT
	}

	in := &instance{ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer out.Close()
		defer done()
		err := cmd.Start()
		if err == nil {
			in.pid = cmd.Process.Pid
			s.setPID(in.pid)
		}
		started <- err
		if err == nil {
			in.err = cmd.Wait()
			close(in.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting PostgreSQL: %w", err)
	}
	s.log.Info("PostgreSQL started", "pid", in.pid, "version", c.inst.Major, "folder", c.dir)
	return in, nil
}

// openLog keeps the log of the run before, and begins a new one when it has grown past 8 MB.
func openLog(path string) (*os.File, error) {
	if st, err := os.Stat(path); err == nil && st.Size() > 8<<20 {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// supervise restarts the server whenever it ends without being asked to. It waits longer after each
// failure in a row, so that a broken disk does not spin.
func (s *Server) supervise(in *instance) {
	defer close(s.stopped)
	failures := 0
	for {
		began := time.Now()
		<-in.ended
		s.setPID(0)
		if s.stopping.Load() {
			return
		}
		if time.Since(began) > time.Minute {
			failures = 0
		}
		s.log.Error("PostgreSQL ended and is started again", "cause", in.err, "log", s.cluster.log())
		s.restarts.Add(1)
		if in = s.relaunch(&failures); in == nil {
			return
		}
	}
}

// relaunch tries until the server runs again; nil means that Stop was called meanwhile.
func (s *Server) relaunch(failures *int) *instance {
	for !s.stopping.Load() {
		if *failures > 0 {
			time.Sleep(min(time.Duration(*failures)*200*time.Millisecond, 5*time.Second))
		}
		*failures++
		err := endLeftovers(context.Background(), s.cluster.data())
		if err == nil {
			var in *instance
			if in, err = s.launch(); err == nil {
				if s.stopping.Load() { // Stop looked for a pid before this one existed
					_ = syscall.Kill(in.pid, syscall.SIGINT)
					<-in.ended
					return nil
				}
				return in
			}
		}
		s.log.Error("PostgreSQL could not be started again", "cause", err)
	}
	return nil
}

// waitReady waits until the server takes connections, the caller gives up, or the server ends.
func (s *Server) waitReady(ctx context.Context, ended <-chan struct{}) error {
	for {
		conn, err := pgx.Connect(ctx, s.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		var refused *pgconn.PgError
		if errors.As(err, &refused) && !startingUp(refused) {
			return fmt.Errorf("PostgreSQL in %s refuses us: %w", s.cluster.dir, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL in %s does not answer: %w", s.cluster.dir, err)
		case <-ended:
			return fmt.Errorf("PostgreSQL ended while starting. The end of %s:\n%s", s.cluster.log(), tail(s.cluster.log()))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// startingUp tells the states that pass by themselves: SQLSTATE class 57P (shutting down, starting up).
func startingUp(err *pgconn.PgError) bool { return strings.HasPrefix(err.Code, "57P") }

func tail(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-2000):])
}

func (s *Server) createDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var there bool
	err = conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, databaseName).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+databaseName)
	return err
}

// URL is the connection string of a database in the cluster; "" names Mostik's own. It holds the password.
func (s *Server) URL(database string) string {
	if database == "" {
		database = databaseName
	}
	return dsn(s.host, s.cluster.password, database)
}

// Installation names the programs that belong to this server.
func (s *Server) Installation() Installation { return s.cluster.inst }

// Shared tells that another process runs the server and Stop will leave it alone.
func (s *Server) Shared() bool { return s.lock == nil }

// Restarts counts how often the server died and had to be started again.
func (s *Server) Restarts() int { return int(s.restarts.Load()) }

// PID is the postmaster's process id, 0 while there is none.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pid
}

func (s *Server) setPID(pid int) {
	s.mu.Lock()
	s.pid = pid
	s.mu.Unlock()
}

// Stop ends the server: a fast shutdown, which rolls open transactions back and writes a checkpoint, and
// an immediate one when the context ends first. A shared server is left running.
func (s *Server) Stop(ctx context.Context) error {
	if s.hostDir != nil {
		defer s.hostDir.Close()
	}
	if s.lock == nil {
		return nil
	}
	defer s.lock.Close()
	s.stopping.Store(true)
	return s.end(ctx)
}

func (s *Server) end(ctx context.Context) error {
	s.signal(syscall.SIGINT)
	select {
	case <-s.stopped:
		s.log.Info("PostgreSQL stopped")
		return nil
	case <-ctx.Done():
	}
	s.signal(syscall.SIGQUIT)
	select {
	case <-s.stopped:
		return nil
	case <-time.After(5 * time.Second):
		s.signal(syscall.SIGKILL)
		<-s.stopped
		return fmt.Errorf("PostgreSQL had to be killed: %w", ctx.Err())
	}
}

func (s *Server) signal(sig syscall.Signal) {
	if pid := s.PID(); pid > 0 {
		_ = syscall.Kill(pid, sig)
	}
}

// Tool prepares one of PostgreSQL's client programs (pg_dump, pg_restore, psql) to work on a database of
// this server. The password travels in the environment, which other users cannot read.
func (s *Server) Tool(ctx context.Context, database, name string, args ...string) *exec.Cmd {
	if database == "" {
		database = databaseName
	}
	cmd := exec.CommandContext(ctx, s.cluster.inst.Program(name), args...)
	host := s.host
	if s.hostDir != nil {
		cmd.ExtraFiles = []*os.File{s.hostDir}
		host = "/proc/self/fd/3"
	}
	cmd.Env = append(environment(), "PGHOST="+host, "PGPORT="+port, "PGUSER="+userName,
		"PGPASSWORD="+s.cluster.password, "PGDATABASE="+database)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

package postgres

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// The names inside the cluster. One program uses it, so it needs one of each.
const (
	userName     = "mostik"
	databaseName = "mostik"
	port         = "5432" // part of the socket's file name; nothing listens on it
)

// socketLimit is the longest path of a Unix socket on Linux (unix(7), sun_path without its final zero).
const socketLimit = 107

// cluster is the folder and what is needed to start a server in it.
type cluster struct {
	dir      string
	inst     Installation
	owner    *syscall.Credential
	password string
	settings []string
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }
func (c *cluster) run() string  { return filepath.Join(c.dir, "run") }
func (c *cluster) log() string  { return filepath.Join(c.dir, "server.log") }

// openCluster finds the programs and makes the cluster when there is none.
func openCluster(ctx context.Context, dir string, settings []string) (*cluster, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir, settings: settings}
	if err := c.describe(); err != nil {
		return nil, err
	}
	for _, d := range []string{c.dir, c.run()} {
		if err := makeFolder(d, c.owner); err != nil {
			return nil, err
		}
	}
	if c.made() {
		return c, c.readPassword()
	}
	return c, c.initialise(ctx)
}

// describe learns version, programs and owner from a folder that may not exist yet.
func (c *cluster) describe() (err error) {
	major := 0
	if b, err := os.ReadFile(filepath.Join(c.data(), "PG_VERSION")); err == nil {
		if major, err = strconv.Atoi(strings.TrimSpace(string(b))); err != nil {
			return fmt.Errorf("%s/PG_VERSION holds no version: %w", c.data(), err)
		}
	}
	if c.inst, err = Find(major); err != nil {
		return err
	}
	c.owner, err = ownerOf(c.data())
	return err
}

// made tells whether the cluster is complete: the password is written as the last step of making it.
func (c *cluster) made() bool {
	_, errVersion := os.Stat(filepath.Join(c.data(), "PG_VERSION"))
	_, errPassword := os.Stat(filepath.Join(c.dir, "password"))
	return errVersion == nil && errPassword == nil
}

func (c *cluster) readPassword() error {
	b, err := os.ReadFile(filepath.Join(c.dir, "password"))
	c.password = strings.TrimSpace(string(b))
	return err
}

// initialise makes the cluster beside its place and moves it there when it is whole, so that a kill in
// the middle leaves no half cluster that looks like one.
func (c *cluster) initialise(ctx context.Context) (err error) {
	if _, err := os.Stat(filepath.Join(c.data(), "PG_VERSION")); err == nil {
		return fmt.Errorf("%s holds a cluster, but %s/password is missing: put the file back, "+
			"or restore a backup into another data folder", c.data(), c.dir)
	}
	c.password = rand.Text()
	fresh := filepath.Join(c.dir, "data.new")
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := makeFolder(fresh, c.owner); err != nil {
		return err
	}
	if err := c.initdb(ctx, fresh); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.dir, "password"), []byte(c.password+"\n"), 0o600); err != nil {
		return err
	}
	if err := os.Remove(c.data()); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("%s is in the way of a new cluster: %w", c.data(), err)
	}
	return os.Rename(fresh, c.data())
}

func (c *cluster) initdb(ctx context.Context, folder string) error {
	secret, err := namelessFile(c.password + "\n")
	if err != nil {
		return err
	}
	defer secret.Close()
	cmd, done, err := c.command(ctx, folder, "initdb", "-D", "/proc/self/fd/3",
		"--username="+userName, "--pwfile=/proc/self/fd/4", "--auth=scram-sha-256",
		"--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums")
	if err != nil {
		return err
	}
	defer done()
	cmd.ExtraFiles = append(cmd.ExtraFiles, secret)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("initdb failed: %w\n%s", err, out.String())
	}
	return nil
}

// namelessFile is a file that is in no folder any more and that another user can read through an open
// descriptor, which is the only way to it.
func namelessFile(content string) (*os.File, error) {
	f, err := os.CreateTemp("", "mostik-")
	if err != nil {
		return nil, err
	}
	err = errors.Join(os.Remove(f.Name()), f.Chmod(0o444))
	if err == nil {
		_, err = f.WriteString(content)
	}
	if err != nil {
		f.Close()
	}
	return f, err
}

// command prepares one of the server's programs, run as the cluster's owner with the folder as its
// descriptor 3. The caller calls done when the program has been started and waited for.
func (c *cluster) command(ctx context.Context, folder, name string, args ...string) (*exec.Cmd, func(), error) {
	dir, err := os.Open(folder)
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.CommandContext(ctx, c.inst.Program(name), args...)
	cmd.Dir = "/"
	cmd.Env = environment()
	cmd.ExtraFiles = []*os.File{dir}
	// A session of its own keeps the Ctrl-C of a terminal from reaching the server before Mostik has
	// finished what it was doing.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.owner, Setsid: true}
	return cmd, func() { dir.Close() }, nil
}

// environment leaves out what would redirect the server's programs (PGDATA, PGPORT, PGHOST …) and sets a
// locale that every machine has.
func environment() []string {
	env := []string{"LC_ALL=C.UTF-8", "TZ=UTC"}
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PG") && !strings.HasPrefix(kv, "LC_") && !strings.HasPrefix(kv, "TZ=") &&
			!strings.HasPrefix(kv, "DATABASE_URL=") && !strings.HasPrefix(kv, "MOSTIK_") {
			env = append(env, kv)
		}
	}
	return env
}

// socketFolder is the path to connect through: the folder's own, or one through an open descriptor where
// that is too long for a socket's address.
func (c *cluster) socketFolder() (string, *os.File, error) {
	return reachable(c.run())
}

func reachable(run string) (string, *os.File, error) {
	if len(filepath.Join(run, ".s.PGSQL."+port)) <= socketLimit {
		return run, nil, nil
	}
	f, err := os.Open(run)
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d", f.Fd()), f, nil
}

func dsn(host, password, database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(userName, password),
		Path:     "/" + database,
		RawQuery: url.Values{"host": {host}, "port": {port}, "sslmode": {"disable"}}.Encode(),
	}
	return u.String()
}

package postgres

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// MinMajor is the oldest PostgreSQL that Mostik is tried with.
const MinMajor = 15

// ErrNotInstalled says that no usable server was found on this machine.
var ErrNotInstalled = errors.New("no PostgreSQL server of version 15 or newer was found (looked on PATH, " +
	"asked pg_config, looked in /usr/lib/postgresql): install the package postgresql, " +
	"or set DATABASE_URL to a server that runs elsewhere")

// Installation is a server's programs on this machine.
type Installation struct {
	Bin   string // the folder of initdb, postgres, pg_dump and pg_restore
	Major int    // 15 for PostgreSQL 15.18
}

// Program gives the path of one of the server's programs.
func (i Installation) Program(name string) string { return filepath.Join(i.Bin, name) }

// Find looks for an installed server: on PATH, where pg_config points, and where Debian puts its
// versions. It wants the given major version, or the newest there is when major is 0. Errors:
// ErrNotInstalled, or a sentence that names the version that is missing.
func Find(major int) (Installation, error) {
	var found []Installation
	for _, bin := range candidates() {
		if inst, err := inspect(bin); err == nil && inst.Major >= MinMajor {
			found = append(found, inst)
		}
	}
	if len(found) == 0 {
		return Installation{}, ErrNotInstalled
	}
	sort.SliceStable(found, func(a, b int) bool { return found[a].Major > found[b].Major })
	if major == 0 {
		return found[0], nil
	}
	for _, inst := range found {
		if inst.Major == major {
			return inst, nil
		}
	}
	return Installation{}, fmt.Errorf("the database was made by PostgreSQL %d, and this machine has only "+
		"PostgreSQL %d: install the package postgresql-%d, or take a backup with the old version and "+
		"restore it into a new data folder", major, found[0].Major, major)
}

func candidates() []string {
	var dirs []string
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		p, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err == nil {
			dirs = append(dirs, filepath.Dir(p))
		}
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	rhel, _ := filepath.Glob("/usr/pgsql-*/bin")
	return append(append(dirs, debian...), rhel...)
}

var versionPattern = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

func inspect(bin string) (Installation, error) {
	inst := Installation{Bin: bin}
	for _, p := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(inst.Program(p)); err != nil {
			return inst, err
		}
	}
	out, err := exec.Command(inst.Program("postgres"), "--version").Output()
	if err != nil {
		return inst, err
	}
	m := versionPattern.FindSubmatch(out)
	if m == nil {
		return inst, fmt.Errorf("%s does not tell its version", inst.Program("postgres"))
	}
	inst.Major, err = strconv.Atoi(string(m[1]))
	return inst, err
}

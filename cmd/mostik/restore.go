package main

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"

	"mostik/lms/blob"
	"mostik/lms/db"
	"mostik/migrations"
)

type restoreCmd struct {
	File  string `arg:"" type:"existingfile" help:"An archive that 'mostik backup' wrote."`
	Force bool   `help:"Replace what is there: the database's content is lost, keys are overwritten."`
}

// Run checks the whole archive before it touches anything, then puts keys and files in place, and replaces
// the database last and in one transaction.
func (r restoreCmd) Run(e *environment) (err error) {
	cfg, err := readConfig(e.vars)
	if err != nil {
		return err
	}
	lock, err := lockData(cfg)
	if err != nil {
		return err
	}
	defer lock.Close()
	work, err := os.MkdirTemp(cfg.Data, "restore-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	m, err := unpack(r.File, work)
	if err != nil {
		return fmt.Errorf("%s: %w", r.File, err)
	}
	d, err := openDatabase(e.ctx, cfg, e.quiet(cfg), false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	if err := targetEmpty(e.ctx, cfg, d); err != nil && !r.Force {
		return fmt.Errorf("%w. Restore into another folder (MOSTIK_DATA) or database, or say --force to replace it", err)
	}
	if err := putFiles(cfg, work); err != nil {
		return err
	}
	if err := putDatabase(e.ctx, d, work); err != nil {
		return err
	}
	ran, err := migrations.Apply(e.ctx, d.DB.DB)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "restored the backup of %s: database, %d files and keys; %d newer migrations applied\n",
		m.TakenAt.Format("2006-01-02 15:04 MST"), len(m.Entries)-1, len(ran))
	return nil
}

// targetEmpty says what stands in the way of a restore.
func targetEmpty(ctx context.Context, cfg Config, d *database) error {
	var tables int
	err := db.Row(ctx, d.DB, `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`).Scan(&tables)
	if err != nil {
		return db.Translate(err)
	}
	if tables > 0 {
		return fmt.Errorf("the database holds %d tables already", tables)
	}
	for _, dir := range []string{cfg.blobFolder(), cfg.keyFolder()} {
		held := fmt.Errorf("%s holds files already", dir)
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) && path == dir {
				return fs.SkipAll
			}
			if err == nil && e.Type().IsRegular() {
				return held
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// unpack writes the entries below a folder and compares each with the manifest.
func unpack(path, to string) (*manifest, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	var m *manifest
	found := map[string]checksum{}
	for entries := tar.NewReader(z); ; {
		head, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("the archive is damaged: %w", err)
		}
		if head.Name == manifestEntry {
			if err := json.NewDecoder(entries).Decode(&m); err != nil {
				return nil, fmt.Errorf("the manifest is damaged: %w", err)
			}
			continue
		}
		if found[head.Name], err = unpackOne(head, entries, to); err != nil {
			return nil, err
		}
	}
	return m, m.compare(found)
}

func unpackOne(head *tar.Header, r io.Reader, to string) (checksum, error) {
	name := filepath.FromSlash(head.Name)
	if head.Typeflag != tar.TypeReg || !filepath.IsLocal(name) {
		return checksum{}, fmt.Errorf("%q is nothing that a backup holds", head.Name)
	}
	path := filepath.Join(to, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return checksum{}, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return checksum{}, err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), r)
	if err = errors.Join(err, f.Close()); err != nil {
		return checksum{}, fmt.Errorf("%s: %w", head.Name, err)
	}
	return checksum{Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

// compare holds what was found against the manifest; on nil it says that the archive was cut off.
func (m *manifest) compare(found map[string]checksum) error {
	if m == nil {
		return errors.New("there is no manifest at its end: the archive is incomplete, or no backup of Mostik")
	}
	if m.Format != 1 {
		return fmt.Errorf("the archive has format %d, and this version reads 1", m.Format)
	}
	for name, want := range m.Entries {
		if found[name] != want {
			return fmt.Errorf("%s is missing or damaged", name)
		}
	}
	if _, ok := m.Entries[dumpEntry]; !ok || len(found) != len(m.Entries) {
		return errors.New("the archive does not hold what its manifest says")
	}
	return nil
}

// putFiles brings blobs and keys to their places; each is complete or absent at any moment.
func putFiles(cfg Config, work string) error {
	store, err := blob.Open(cfg.blobFolder())
	if err != nil {
		return err
	}
	return errors.Join(
		eachFile(filepath.Join(work, "blobs"), func(path, name string) error {
			f, err := os.Open(path)
			if err != nil {
				return err
			}
			defer f.Close()
			st, err := f.Stat()
			if err != nil {
				return err
			}
			info, err := store.Put(f, st.Size())
			if err == nil && info.Hash.String() != name {
				err = fmt.Errorf("blob %s has the content of %s", name, info.Hash)
			}
			return err
		}),
		eachFile(filepath.Join(work, "keys"), func(path, name string) error {
			to := filepath.Join(cfg.keyFolder(), name)
			if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
				return err
			}
			return os.Rename(path, to)
		}),
	)
}

func eachFile(root string, do func(path, name string) error) error {
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == root {
			return fs.SkipAll
		}
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		return do(path, name)
	})
}

// putDatabase replaces the schema and its rows in one transaction, so that a failure leaves the database
// as it was.
func putDatabase(ctx context.Context, d *database, work string) error {
	script := filepath.Join(work, "database.sql")
	unpacked, err := d.tool(ctx, "pg_restore", "--no-owner", "--no-privileges", "--file="+script, filepath.Join(work, dumpEntry))
	if err != nil {
		return err
	}
	load, err := d.tool(ctx, "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
		"--output=/dev/null", "--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public", "--file="+script)
	if err != nil {
		return err
	}
	for _, cmd := range []interface{ CombinedOutput() ([]byte, error) }{unpacked, load} {
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("restoring the database: %w\n%s", err, strings.TrimSpace(string(out)))
		}
	}
	return nil
}

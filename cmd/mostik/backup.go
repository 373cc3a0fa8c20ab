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
	"time"

	"github.com/klauspost/compress/zstd"

	"mostik/lms/blob"
	"mostik/lms/db"
	"mostik/migrations"
)

// An archive is a tar compressed with Zstandard (RFC 8878), so that `tar --zstd -xf` opens it too:
//
//	database.dump     pg_dump's custom format
//	blobs/<hash>      the files, by SHA-256
//	keys/…            what certificates are sealed and tokens signed with
//	manifest.json     last: what must be there, with checksums; an archive without it is cut off
const (
	dumpEntry     = "database.dump"
	manifestEntry = "manifest.json"
)

// manifest describes an archive.
type manifest struct {
	Format  int                 `json:"format"` // 1
	Version string              `json:"mostik"`
	TakenAt time.Time           `json:"taken_at"`
	Schema  string              `json:"schema"` // the name of the newest migration
	Entries map[string]checksum `json:"entries"`
}

type checksum struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

type backupCmd struct {
	File string `arg:"" type:"path" help:"The archive to write, such as mostik-2026-07-01.tar.zst. It holds personal data and private keys: keep it as safe as the server."`
}

// Run writes the archive beside its place and moves it there when it is complete.
func (b backupCmd) Run(e *environment) (err error) {
	cfg, err := readConfig(e.vars)
	if err != nil {
		return err
	}
	if _, err := os.Stat(b.File); err == nil {
		return fmt.Errorf("%s is there already", b.File)
	}
	d, err := openDatabase(e.ctx, cfg, e.quiet(cfg), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	out, err := os.OpenFile(b.File+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	m, err := writeBackup(e.ctx, cfg, d, out)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(out.Name()))
	}
	if err := os.Rename(out.Name(), b.File); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s holds the database, %d files and the keys\n", b.File, len(m.Entries)-1)
	return nil
}

// writeBackup takes database and files as they belong together. Files are never changed, only added and
// forgotten: links to all of them are made before the database is read, and to newer ones afterwards, so
// whatever the dump points at is there.
func writeBackup(ctx context.Context, cfg Config, d *database, out io.Writer) (*manifest, error) {
	work, err := os.MkdirTemp(cfg.Data, "backup-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	links := filepath.Join(work, "blobs")
	if err := linkBlobs(cfg, links); err != nil {
		return nil, err
	}
	schema, err := newestMigration(ctx, d)
	if err != nil {
		return nil, err
	}
	dump := filepath.Join(work, dumpEntry)
	if err := dumpDatabase(ctx, d, dump); err != nil {
		return nil, err
	}
	if err := linkBlobs(cfg, links); err != nil {
		return nil, err
	}
	a, err := newArchive(out)
	if err != nil {
		return nil, err
	}
	a.manifest.Schema = schema
	err = errors.Join(a.addFile(dumpEntry, dump), a.addTree("blobs", links), a.addTree("keys", cfg.keyFolder()))
	return a.manifest, errors.Join(err, a.close(err == nil))
}

func newestMigration(ctx context.Context, d *database) (name string, err error) {
	open, err := migrations.Pending(ctx, d.DB.DB)
	if err != nil {
		return "", err
	}
	if len(open) > 0 {
		return "", fmt.Errorf("the database lacks the migration %s: run 'mostik migrate' first", open[0])
	}
	err = db.Row(ctx, d.DB, `SELECT name FROM schema_migrations ORDER BY number DESC LIMIT 1`).Scan(&name)
	return name, db.Found(err, "any migration")
}

// linkBlobs gives every blob a second name in a flat folder. What is there already stays.
func linkBlobs(cfg Config, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	store, err := blob.Open(cfg.blobFolder())
	if err != nil {
		return err
	}
	return store.Walk(func(info blob.Info) error {
		err := os.Link(store.Path(info.Hash), filepath.Join(to, info.Hash.String()))
		if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) { // known, or forgotten meanwhile
			return nil
		}
		return err
	})
}

func dumpDatabase(ctx context.Context, d *database, path string) error {
	cmd, err := d.tool(ctx, "pg_dump", "--format=custom", "--no-owner", "--no-privileges")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	var complaint strings.Builder
	cmd.Stdout, cmd.Stderr = f, &complaint
	if err := errors.Join(cmd.Run(), f.Close()); err != nil {
		return fmt.Errorf("pg_dump: %w\n%s", err, complaint.String())
	}
	return nil
}

// archive writes entries and notes their checksums.
type archive struct {
	tar      *tar.Writer
	zstd     *zstd.Encoder
	manifest *manifest
}

func newArchive(out io.Writer) (*archive, error) {
	z, err := zstd.NewWriter(out)
	if err != nil {
		return nil, err
	}
	m := &manifest{Format: 1, Version: version, TakenAt: time.Now().UTC(), Entries: map[string]checksum{}}
	return &archive{tar: tar.NewWriter(z), zstd: z, manifest: m}, nil
}

func (a *archive) addFile(name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	sum := sha256.New()
	if err := a.add(name, st.Size(), io.TeeReader(f, sum)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	a.manifest.Entries[name] = checksum{Size: st.Size(), SHA256: hex.EncodeToString(sum.Sum(nil))}
	return nil
}

func (a *archive) add(name string, size int64, r io.Reader) error {
	head := &tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: a.manifest.TakenAt, Typeflag: tar.TypeReg}
	if err := a.tar.WriteHeader(head); err != nil {
		return err
	}
	_, err := io.Copy(a.tar, r)
	return err
}

// addTree adds the regular files below a folder; a folder that is not there is empty.
func (a *archive) addTree(prefix, root string) error {
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == root {
			return fs.SkipAll
		}
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		return a.addFile(prefix+"/"+filepath.ToSlash(rel), path)
	})
}

// close writes the manifest when all went well, and ends the archive.
func (a *archive) close(complete bool) error {
	var err error
	if complete {
		var text []byte
		if text, err = json.MarshalIndent(a.manifest, "", "\t"); err == nil {
			err = a.add(manifestEntry, int64(len(text)), strings.NewReader(string(text)))
		}
	}
	return errors.Join(err, a.tar.Close(), a.zstd.Close())
}

// Package blob keeps files by the SHA-256 of their content. A file with hash abcdef… lies in
// <root>/ab/cd/abcdef…; the same content is kept once, and a name that a stranger chose never becomes a
// path. Writing is atomic: a file is complete under its hash, or it is not there.
package blob

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"mostik/lms"
)

// Hash names a blob: 64 lower-case hexadecimal digits. Only ParseHash and Put make one, so a Hash is
// always safe as part of a path.
type Hash struct{ hex string }

// ParseHash reads the 64 digits. The error is Invalid.
func ParseHash(s string) (Hash, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != sha256.Size || hex.EncodeToString(b) != s {
		return Hash{}, lms.ErrInvalid("", "hash-malformed", "a hash has 64 lower-case hexadecimal digits")
	}
	return Hash{s}, nil
}

// String gives the 64 digits.
func (h Hash) String() string { return h.hex }

// IsZero tells a hash that was never set.
func (h Hash) IsZero() bool { return h.hex == "" }

// MarshalText gives the 64 digits, for JSON.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.hex), nil }

// UnmarshalText reads the 64 digits.
func (h *Hash) UnmarshalText(b []byte) error {
	v, err := ParseHash(string(b))
	if err == nil {
		*h = v
	}
	return err
}

// Value stores the hash as text.
func (h Hash) Value() (driver.Value, error) { return h.hex, nil }

// Scan reads the text of a hash.
func (h *Hash) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("reading a hash from %T", src)
	}
	v, err := ParseHash(s)
	if err == nil {
		*h = v
	}
	return err
}

// Info is what Put learnt of a file.
type Info struct {
	Hash Hash
	Size int64 // bytes
}

// Store is a folder of blobs. Any number of goroutines and processes may use it at once.
type Store struct{ root string }

// abandoned is how old a half-written file must be before it is taken for left behind by a crash.
const abandoned = 24 * time.Hour

// Open gives the store in a folder, makes the folder when it is missing, and removes what writers that
// were killed left behind more than a day ago.
func Open(root string) (*Store, error) {
	s := &Store{root: root}
	if err := os.MkdirAll(s.incoming(), 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(s.incoming())
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > abandoned {
			if err := os.Remove(filepath.Join(s.incoming(), e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
	}
	return s, nil
}

// incoming holds files until their hash is known; it is on the same file system, so that a rename does.
func (s *Store) incoming() string { return filepath.Join(s.root, "incoming") }

// Path is where a blob lies, or would lie, for programs that take a file's name.
func (s *Store) Path(h Hash) string { return filepath.Join(s.root, h.hex[:2], h.hex[2:4], h.hex) }

// Put keeps what the reader gives, at most limit bytes, and returns when it is safely on disk. Errors:
// TooLarge when there is more, and the reader's own.
func (s *Store) Put(r io.Reader, limit int64) (info Info, err error) {
	defer lms.Wrap(&err, "keeping a file")
	temp, err := os.CreateTemp(s.incoming(), "put-")
	if err != nil {
		return Info{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(os.Remove(temp.Name())))
		}
	}()
	info, err = write(temp, r, limit)
	if err = errors.Join(err, temp.Close()); err != nil {
		return Info{}, err
	}
	return info, s.publish(temp.Name(), info.Hash)
}

func write(f *os.File, r io.Reader, limit int64) (Info, error) {
	sum := sha256.New()
	n, err := bounded(io.MultiWriter(f, sum), r, limit)
	if err != nil {
		return Info{}, err
	}
	return Info{Hash: Hash{hex.EncodeToString(sum.Sum(nil))}, Size: n}, f.Sync()
}

// bounded copies at most limit bytes, and fails with TooLarge where there are more.
func bounded(to io.Writer, r io.Reader, limit int64) (int64, error) {
	n, err := io.Copy(to, io.LimitReader(r, limit+1))
	if err == nil && n > limit {
		err = &lms.Error{Kind: lms.TooLarge, Code: "file-too-large", Detail: fmt.Sprintf("at most %d bytes are taken", limit)}
	}
	return n, err
}

// Spool holds what the reader gives, at most limit bytes, in a file without a name, to be looked at before
// anything of it is kept: it is gone when the caller closes it, or is killed. Errors: TooLarge, and the
// reader's own.
func (s *Store) Spool(r io.Reader, limit int64) (f *os.File, size int64, err error) {
	defer lms.Wrap(&err, "holding a file")
	if f, err = os.CreateTemp(s.incoming(), "spool-"); err != nil {
		return nil, 0, err
	}
	if err = os.Remove(f.Name()); err == nil {
		size, err = bounded(f, r, limit)
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, size, nil
}

// publish moves a complete file to its place and makes the move itself durable.
func (s *Store) publish(temp string, h Hash) error {
	to := s.Path(h)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if err := os.Rename(temp, to); err != nil {
		return err
	}
	for dir := filepath.Dir(to); len(dir) >= len(s.root); dir = filepath.Dir(dir) {
		if err := syncFolder(dir); err != nil {
			return err
		}
		if dir == s.root {
			break
		}
	}
	return nil
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Open opens a blob to be read and sought in; the caller closes it. Errors: NotFound.
func (s *Store) Open(h Hash) (*os.File, error) {
	if h.IsZero() {
		return nil, lms.ErrNotFound("the file")
	}
	f, err := os.Open(s.Path(h))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, lms.ErrNotFound("the file")
	}
	return f, err
}

// Has tells whether a blob is kept.
func (s *Store) Has(h Hash) bool {
	if h.IsZero() {
		return false
	}
	_, err := os.Stat(s.Path(h))
	return err == nil
}

// Forget removes a blob; one that is not there is no error. The caller knows that nothing points at it.
func (s *Store) Forget(h Hash) error {
	if h.IsZero() {
		return nil
	}
	return ignoreMissing(os.Remove(s.Path(h)))
}

// Walk calls a function for each blob, in the order of their hashes, until it returns an error.
func (s *Store) Walk(visit func(Info) error) error {
	return filepath.WalkDir(s.root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if path == s.incoming() {
				return fs.SkipDir
			}
			return nil
		}
		h, err := ParseHash(e.Name())
		if err != nil {
			return fmt.Errorf("%s is no blob: %w", path, err)
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		return visit(Info{Hash: h, Size: info.Size()})
	})
}

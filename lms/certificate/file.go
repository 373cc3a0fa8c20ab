package certificate

import (
	"errors"
	"io"
	"slices"

	"mostik/live/clean"
	"mostik/lms"
	"mostik/lms/blob"
)

// KeptFile is a file of somebody's that was stored.
type KeptFile struct {
	// Name is the sender's with the ending of what it is, Media its type by its content.
	Name, Media string
	Hash        string
	Size        int64 // as it is kept, in bytes
}

// KeepFile stores a file of at most so many bytes and of one of some kinds by its content, without what it carries about
// people, places and devices. Errors: Invalid with the code of the refusal, TooLarge.
func KeepFile(blobs *blob.Store, name string, from io.Reader, most int64, kinds []string) (k KeptFile, err error) {
	f, size, err := blobs.Spool(from, most)
	if err != nil {
		return k, err
	}
	defer f.Close()
	kind, err := clean.Look(f, size)
	if err == nil && !slices.Contains(kinds, kind.Name) {
		err = clean.ErrUnknown
	}
	if err != nil {
		return k, refused(err)
	}
	r, w := io.Pipe()
	go func() {
		_, err := kind.Clean(f, size, w)
		w.CloseWithError(err)
	}()
	info, err := blobs.Put(r, 2*most)
	if err = errors.Join(err, r.Close()); err != nil {
		return k, refused(err)
	}
	return KeptFile{kind.FileName(name), kind.Media, info.Hash.String(), info.Size}, nil
}

// refused gives what the cleaner refuses a code that people read.
func refused(err error) error {
	if r, ok := errors.AsType[*clean.Refused](err); ok {
		return &lms.Error{Kind: lms.Invalid, Code: r.Code, Field: "file", Detail: r.Detail, Err: err}
	}
	return err
}

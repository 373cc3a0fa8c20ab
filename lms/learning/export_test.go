package learning

import (
	"bytes"
	"io"
)

// Clean tells the type of bytes and gives them as they would be kept.
func Clean(raw []byte) ([]byte, bool) {
	r := bytes.NewReader(raw)
	t, err := sniff(r, int64(len(raw)))
	if err != nil {
		return nil, false
	}
	clean, changed, err := stripped(r, t)
	if err != nil || !changed {
		return raw, err == nil
	}
	out, err := io.ReadAll(clean)
	return out, err == nil
}

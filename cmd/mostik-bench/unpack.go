package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"

	"github.com/andybalholm/brotli"
)

// unpacked reads a body as its head says it was packed.
func unpacked(body []byte, head http.Header) (string, error) {
	var from io.Reader = bytes.NewReader(body)
	switch packing := head.Get("Content-Encoding"); packing {
	case "", "identity":
	case "br":
		from = brotli.NewReader(from)
	case "gzip":
		z, err := gzip.NewReader(from)
		if err != nil {
			return "", err
		}
		from = z
	default:
		return "", fmt.Errorf("packed as %q", packing)
	}
	text, err := io.ReadAll(from)
	return string(text), err
}

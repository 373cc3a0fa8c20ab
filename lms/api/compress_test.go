package api

import "testing"

func TestTakes(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "br, gzip": true, "gzip;q=0": false, "gzip; q=0.000": false, "identity": false,
		"*": true, "deflate, *;q=0": false, "gzip;q=0.5": true,
	} {
		if got := takes(header, "gzip"); got != want {
			t.Errorf("takes(%q) = %v", header, got)
		}
	}
}

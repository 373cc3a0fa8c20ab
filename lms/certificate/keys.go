package certificate

import (
	"crypto/ed25519"
	"encoding/base64"
	"maps"
	"slices"
)

func sortedIDs(keys map[string]ed25519.PublicKey) []string { return slices.Sorted(maps.Keys(keys)) }

func base64URL(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

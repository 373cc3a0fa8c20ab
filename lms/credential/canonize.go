package credential

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"github.com/piprate/json-gold/ld"
)

// The contexts as their standards publish them.
var (
	//go:embed contexts/credentials-v2.json
	credentialsV2 []byte
	//go:embed contexts/open-badges-3.0.3.json
	openBadges303 []byte
)

// contexts answers for the few contexts that our credentials name, and for nothing else: no text of a credential can
// make the program call an address.
type contexts map[string]any

var ownContexts = sync.OnceValues(func() (contexts, error) {
	all := contexts{}
	for address, raw := range map[string][]byte{credentialsContext: credentialsV2, openBadgesContext: openBadges303} {
		var document any
		if err := json.Unmarshal(raw, &document); err != nil {
			return nil, fmt.Errorf("reading the context %s: %w", address, err)
		}
		all[address] = document
	}
	return all, nil
})

var errContext = errors.New("a context that is not built in")

// LoadDocument gives a context.
func (c contexts) LoadDocument(address string) (*ld.RemoteDocument, error) {
	document, known := c[address]
	if !known {
		return nil, ld.NewJsonLdError(ld.LoadingDocumentFailed, fmt.Errorf("%w: %s", errContext, address))
	}
	return &ld.RemoteDocument{DocumentURL: address, Document: document}, nil
}

// errControl guards the one difference between URDNA2015, which the library speaks, and RDFC-1.0, which replaced it:
// how control characters are written. No name and no title has any.
var errControl = errors.New("a text with a control character")

// canonize gives the canonical N-Quads of a document (W3C RDF Dataset Canonicalization, RDFC-1.0).
func canonize(document map[string]any) (string, error) {
	loader, err := ownContexts()
	if err != nil {
		return "", err
	}
	options := ld.NewJsonLdOptions("")
	options.ProcessingMode = ld.JsonLd_1_1
	options.DocumentLoader = loader
	options.Algorithm = ld.AlgorithmURDNA2015
	options.Format = "application/n-quads"
	options.SafeMode = true // a term that no context knows is an error and not left out: what is left out is not signed
	quads, err := ld.NewJsonLdProcessor().Normalize(document, options)
	if err != nil {
		return "", fmt.Errorf("canonizing a credential: %w", err)
	}
	text, ok := quads.(string)
	if !ok {
		return "", fmt.Errorf("canonizing a credential gave %T", quads)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) || strings.Contains(text, `\b`) || strings.Contains(text, `\f`) {
		return "", errControl
	}
	return text, nil
}

package credential

import (
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
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

func options() (*ld.JsonLdOptions, error) {
	loader, err := ownContexts()
	if err != nil {
		return nil, err
	}
	o := ld.NewJsonLdOptions("")
	o.ProcessingMode = ld.JsonLd_1_1
	o.DocumentLoader = loader
	o.Algorithm = ld.AlgorithmURDNA2015
	o.SafeMode = true // a term that no context knows is an error and not left out: what is left out is not signed
	return o, nil
}

// canonize gives the canonical N-Quads of a document (W3C RDF Dataset Canonicalization, RDFC-1.0).
func canonize(document map[string]any) (string, error) {
	statements, err := statementsOf(document)
	if err != nil {
		return "", err
	}
	return normalize(statements)
}

// statementsOf reads what a document says through its contexts. It is nearly all of the work: the contexts define some
// hundred terms, and again within the types of their terms.
func statementsOf(document map[string]any) (*ld.RDFDataset, error) {
	o, err := options()
	if err != nil {
		return nil, err
	}
	said, err := ld.NewJsonLdProcessor().ToRDF(document, o)
	if err != nil {
		return nil, fmt.Errorf("reading a credential: %w", err)
	}
	statements, ok := said.(*ld.RDFDataset)
	if !ok {
		return nil, fmt.Errorf("reading a credential gave %T", said)
	}
	return statements, nil
}

// normalize names the nodes and sorts the statements, which are the library's to change.
func normalize(statements *ld.RDFDataset) (string, error) {
	o, err := options()
	if err != nil {
		return "", err
	}
	o.Format = "application/n-quads"
	quads, err := ld.NewJsonLdApi().Normalize(statements, o)
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

// maxForms bounds how many forms are kept: some for each programme and language.
const maxForms = 512

// forms keeps what documents say that are alike but for some texts, with a mark in the place of each of these. The
// contexts read a text by the term that it stands at and by nothing in it, so another text makes no other statements;
// what its nodes are called, and in which order they stand, is made anew for each.
type forms struct {
	mu   sync.Mutex
	kept map[string]*ld.RDFDataset
}

var badgeForms forms

// mark stands for a text in a form: an address, so that it may stand where addresses do, and one that nobody can have
// written into a title, for it is another in each run of the program.
func mark(n int) string { return marks + strconv.Itoa(n) }

var marks = "urn:" + rand.Text() + ":"

// canonize gives the canonical form of a document, of which texts are its own; to marked gives the document with a mark for
// each of them.
func (f *forms) canonize(own []string, marked []byte) (string, error) {
	form, err := f.of(marked)
	if err != nil {
		return "", err
	}
	texts := make(map[string]string, len(own))
	for i, text := range own {
		texts[mark(i)] = text
	}
	filled := ld.NewRDFDataset()
	for name, statements := range form.Graphs {
		list := make([]*ld.Quad, len(statements))
		for i, s := range statements {
			list[i] = &ld.Quad{Subject: fill(s.Subject, texts), Predicate: s.Predicate, Object: fill(s.Object, texts), Graph: s.Graph}
		}
		filled.Graphs[name] = list
	}
	return normalize(filled)
}

func (f *forms) of(marked []byte) (*ld.RDFDataset, error) {
	f.mu.Lock()
	form := f.kept[string(marked)]
	f.mu.Unlock()
	if form != nil {
		return form, nil
	}
	var document map[string]any
	if err := json.Unmarshal(marked, &document); err != nil {
		return nil, err
	}
	form, err := statementsOf(document)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.kept) >= maxForms {
		clear(f.kept)
	}
	if f.kept == nil {
		f.kept = map[string]*ld.RDFDataset{}
	}
	f.kept[string(marked)] = form
	return form, nil
}

// fill gives a node with the text that its mark stands for.
func fill(n ld.Node, texts map[string]string) ld.Node {
	text, own := texts[n.GetValue()]
	if !own {
		return n
	}
	if l, literal := n.(ld.Literal); literal {
		l.Value = text
		return l
	}
	return ld.NewIRI(text)
}

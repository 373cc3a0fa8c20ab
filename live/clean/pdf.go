package clean

import (
	"fmt"
	"io"
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"mostik/picture"
)

func init() { api.DisableConfigDir() } // it would write settings into a home

// maxObjects bounds a PDF that was made to cost.
const maxObjects = 500_000

// unwanted are entries of dictionaries, wherever they stand, that tell of programs and people or start something
// (ISO 32000-1: 14.3.2, 14.5, 12.6, 7.11.4).
var unwanted = map[string]string{
	"Metadata": Author, "PieceInfo": Author, "LastModified": "",
	"OpenAction": Active, "AA": Active, "JavaScript": Active, "JS": Active, "EmbeddedFiles": Active, "EmbeddedFile": Active, "AF": Active, "Launch": Active,
	"RichMediaContent": Active, "XFA": Active,
}

// started are actions that do more than lead somewhere (12.6.4).
var started = []string{"JavaScript", "Launch", "ImportData", "SubmitForm", "Rendition", "RichMediaExecute"}

// cleanPDF writes what can be reached from the document's root anew, so that earlier revisions are gone, and leaves the
// unwanted out.
func cleanPDF(f io.ReaderAt, size int64, out io.Writer) (taken []string, err error) {
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationRelaxed
	conf.WriteObjectStream, conf.WriteXRefStream = true, true
	ctx, err := api.ReadContext(io.NewSectionReader(f, 0, size), conf)
	if err != nil {
		if strings.Contains(err.Error(), "password") || strings.Contains(err.Error(), "encrypt") {
			return nil, ErrLocked
		}
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if ctx.E != nil || ctx.Encrypt != nil {
		return nil, ErrLocked
	}
	if len(ctx.Table) > maxObjects {
		return nil, ErrBroken
	}
	p := &pdf{}
	if ctx.Info != nil {
		if d, err := ctx.DereferenceDict(*ctx.Info); err == nil && len(d) > 0 {
			p.taken = append(p.taken, Author)
		}
		ctx.Info = nil
	}
	for _, entry := range ctx.Table {
		if entry != nil && !entry.Free {
			entry.Object = p.object(entry.Object, 0)
		}
	}
	if err := ctx.EnsurePageCount(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if err := api.WriteContext(ctx, out); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return p.taken, nil
}

type pdf struct{ taken []string }

// object takes the unwanted out of an object and all that stands in it.
func (p *pdf) object(o types.Object, depth int) types.Object {
	if depth > 50 {
		return o
	}
	switch o := o.(type) {
	case types.Dict:
		p.dict(o, depth)
	case types.Array:
		for i := range o {
			o[i] = p.object(o[i], depth+1)
		}
	case types.StreamDict:
		p.dict(o.Dict, depth)
		p.picture(&o)
		return o
	}
	return o
}

func (p *pdf) dict(d types.Dict, depth int) {
	for key, word := range unwanted {
		if _, ok := d.Find(key); ok {
			d.Delete(key)
			if word != "" {
				p.taken = append(p.taken, word)
			}
		}
	}
	if s := d.NameEntry("S"); s != nil {
		for _, bad := range started {
			if *s == bad {
				d["S"] = types.Name("GoTo") // an action that leads nowhere
				for _, key := range []string{"F", "Win", "Unix", "Mac", "Next", "R"} {
					d.Delete(key)
				}
				p.taken = append(p.taken, Active)
			}
		}
	}
	for key, o := range d {
		d[key] = p.object(o, depth+1)
	}
}

// picture cleans a photograph that the document holds as its camera wrote it (7.4.8).
func (p *pdf) picture(s *types.StreamDict) {
	name := s.NameEntry("Filter")
	if name == nil || *name != "DCTDecode" || len(s.Raw) == 0 {
		return
	}
	done, words, err := picture.JPEG(s.Raw)
	if err != nil || len(words) == 0 {
		return
	}
	n := int64(len(done))
	s.Raw, s.StreamLength = done, &n
	s.Dict["Length"] = types.Integer(n)
	s.StreamLengthObjNr = nil
	p.taken = append(p.taken, words...)
}

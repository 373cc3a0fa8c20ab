package certificate

import "slices"

// Layouts are the ways to lay a certificate out, by the names that templates use.
var Layouts = []string{"bridge", "band", "upright"}

// layout says where things stand: lines of text by their baselines.
type layout struct {
	orientation   string // as fpdf names it
	width, height float64
	margin        float64
	// left is where texts begin; 0 is in the middle.
	left     float64
	ornament func(*paper)
	logos    float64 // the top of the row of logos

	issuer, name, certifies, holder, latin, did, title, note float64
	nameSize                                                 float64
	// facts is the width of the column of facts; its last line stands on the bottom margin.
	facts float64
	// qrBottom is how far the code ends above the bottom margin.
	qrBottom float64
	// beside puts signatures one above the other between facts and code; else they stand in a row at signTop.
	beside  bool
	signTop float64
}

// Colours of the paper, as on the screen: ink, a quieter ink, the teal of action and its pale line.
var (
	ink   = colour{28, 37, 40}
	quiet = colour{84, 98, 102}
	teal  = colour{11, 92, 92}
	hair  = colour{190, 208, 207}
)

// qrSide is the side of the code, in millimetres.
const qrSide = 44.0

func layoutOf(name string) layout {
	lying := layout{
		orientation: "L", width: 297, height: 210, margin: 22, ornament: bridge, logos: 15,
		issuer: 38, name: 56, certifies: 70, holder: 85, latin: 94, did: 106, title: 119, note: 128, nameSize: 34,
		facts: 183, qrBottom: 9, beside: true,
	}
	switch name {
	case "band":
		lying.ornament, lying.left = band, 40
		return lying
	case "upright":
		return layout{
			orientation: "P", width: 210, height: 297, margin: 20, ornament: bridge, logos: 15,
			issuer: 42, name: 66, certifies: 84, holder: 102, latin: 112, did: 128, title: 142, note: 154, nameSize: 30,
			facts: 115, qrBottom: 9, signTop: 180,
		}
	}
	return lying
}

// bridge is a hairline with a bridge in it: the sign of Mostik.
func bridge(p *paper) {
	p.box(10, 10, p.width0()-20, p.height-20, false, 0.3, hair)
	if len(p.look.Logos) > 0 {
		return // the house's own signs stand in the bridge's place
	}
	drawBridge(p, p.width0()/2-17, 29)
}

func drawBridge(p *paper, x, y float64) {
	p.arch(x, y, x+17, y-14, x+34, y, 1.1, teal)
	p.line(x-4, y, x+38, y, 0.6, teal)
	for _, at := range []float64{8.5, 17, 25.5} {
		t := at / 34
		p.line(x+at, y, x+at, y-2*t*(1-t)*14, 0.6, teal)
	}
}

// band is a broad stripe down the left side.
func band(p *paper) {
	p.box(0, 0, 26, p.height, true, 0, teal)
	p.box(28, 0, 1.2, p.height, true, 0, hair)
	if len(p.look.Logos) == 0 {
		drawBridge(p, p.width0()-p.margin-38, 29)
	}
}

// KnownLayout tells whether a template may name a layout.
func KnownLayout(name string) bool { return slices.Contains(Layouts, name) }

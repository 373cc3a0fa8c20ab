package signal

import "unicode/utf8"

// What a room is told about the time that counts, and about who is there.
type (
	// SetPause announces a pause of the floor, or ends it.
	SetPause struct {
		short
		On    bool   `json:"on"`
		Label string `json:"label,omitempty"`
	}
	// AskPresence asks everybody whether they are there.
	AskPresence struct{ free }
	// Here answers such a question. A site answers for its whole roster, or for the entries that it names.
	Here struct {
		short
		Entries []string `json:"entries,omitempty"`
	}
)

func init() {
	for _, make := range []func() Command{
		func() Command { return &SetPause{} }, func() Command { return &AskPresence{} }, func() Command { return &Here{} },
	} {
		commands[make().Name()] = make
	}
}

// Names on the line.
func (*SetPause) Name() string    { return "room.pause" }
func (*AskPresence) Name() string { return "presence.ask" }
func (*Here) Name() string        { return "here" }

func (c *SetPause) check() *Problem {
	if utf8.RuneCountInString(c.Label) > maxLine {
		return Refuse("too-long", "label", "it is too long")
	}
	return nil
}

func (c *Here) check() *Problem {
	if len(c.Entries) > maxHeads {
		return Refuse("too-long", "entries", "there are too many")
	}
	for _, e := range c.Entries {
		if p := keyed(e); p != nil {
			return Refuse("malformed", "entries", p.Detail)
		}
	}
	return nil
}

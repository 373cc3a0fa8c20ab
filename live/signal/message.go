package signal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Subprotocol is the WebSocket subprotocol of this version.
const Subprotocol = "mostik.1"

// Limits of the line.
const (
	// MaxMessage is the longest message, in bytes: an offer of 64 sections.
	MaxMessage = 256 << 10
	// MaxPlain is the longest message that holds no offer.
	MaxPlain = 16 << 10
	// MaxMessages and MaxBytes are what one line may bring in a second.
	MaxMessages = 50
	MaxBytes    = 512 << 10
)

// Codes by which the line is closed.
const (
	CloseReplaced   = 4001 // the seat was taken by a newer line
	CloseRefused    = 4003 // the ticket is not valid here
	CloseRemoved    = 4004 // a host removed the seat
	CloseOver       = 4005 // the webinar is over
	CloseTooMuch    = 4008 // too many or too long messages
	CloseRestarting = 4012 // the server restarts: come back at once
)

// Message is the envelope of everything on the line.
type Message struct {
	Type string `json:"t"`
	// ID is the browser's number of a command, repeated in Re of its answer.
	ID string `json:"id,omitempty"`
	Re string `json:"re,omitempty"`
	// Number is that of a change.
	Number uint64          `json:"n,omitempty"`
	Data   json.RawMessage `json:"d,omitempty"`
}

// ICEServer is a relay as browsers take it (RTCIceServer).
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username"`
	Credential string   `json:"credential"`
}

// Problem is why a command was not carried out.
type Problem struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	// Field is the one to blame, "" for none.
	Field string `json:"field,omitempty"`
}

func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// Refuse makes a problem.
func Refuse(code, field, detail string) *Problem { return &Problem{code, detail, field} }

// Decode reads one frame from a browser: its envelope and its command. Errors: *Problem, with the id where it
// could be read.
func Decode(frame []byte) (id string, command Command, err error) {
	if len(frame) > MaxMessage {
		return "", nil, Refuse("too-long", "", "the message is too long")
	}
	if !utf8.Valid(frame) {
		return "", nil, Refuse("malformed", "", "the message is not UTF-8")
	}
	var m Message
	if err := strict(frame, &m); err != nil {
		return "", nil, Refuse("malformed", "", "the message is no envelope: "+err.Error())
	}
	if m.ID == "" || len(m.ID) > 64 {
		return "", nil, Refuse("malformed", "id", "a command has an id of at most 64 bytes")
	}
	make, ok := commands[m.Type]
	if !ok {
		return m.ID, nil, Refuse("unknown", "t", fmt.Sprintf("there is no command %.40q", m.Type))
	}
	c := make()
	if len(m.Data) > MaxPlain && !c.long() {
		return m.ID, nil, Refuse("too-long", "d", "the message is too long")
	}
	if len(m.Data) == 0 {
		m.Data = []byte("{}")
	}
	if err := strict(m.Data, c); err != nil {
		return m.ID, nil, Refuse("malformed", "d", err.Error())
	}
	if p := c.check(); p != nil {
		return m.ID, nil, p
	}
	return m.ID, c, nil
}

// strict reads JSON that has no field that is not meant and nothing behind it.
func strict(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something behind the value")
	}
	return nil
}

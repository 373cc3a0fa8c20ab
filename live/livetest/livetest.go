// Package livetest helps tests that sit in rooms: it holds what a room tells as a browser does.
package livetest

import (
	"encoding/json"

	"mostik/live/signal"
)

// State is what somebody was told of a room, by part and key.
type State map[string]map[string]json.RawMessage

// Draw takes a "put" or a "drop".
func (s State) Draw(m signal.Message) {
	var d struct {
		Part, Key string
		Item      json.RawMessage
	}
	if json.Unmarshal(m.Data, &d) != nil {
		return
	}
	if s[d.Part] == nil {
		s[d.Part] = map[string]json.RawMessage{}
	}
	s[d.Part][d.Key] = d.Item
	if m.Type == "drop" {
		delete(s[d.Part], d.Key)
	}
}

// Welcomed reads a "welcome": one's key in the room, the seat's secret, and the pass for files.
func Welcomed(m signal.Message) (you, seat, key string) {
	var d struct{ You, Seat, Key string }
	_ = json.Unmarshal(m.Data, &d) // a welcome that cannot be read has none of them
	return d.You, d.Seat, d.Key
}

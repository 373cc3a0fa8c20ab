package api

import "encoding/json"

// clearable is a text that a change may leave alone, set, or clear: left out, given, null.
type clearable struct{ value *string }

// UnmarshalJSON is called for null too, which clears.
func (c *clearable) UnmarshalJSON(raw []byte) error {
	c.value = new(string)
	return json.Unmarshal(raw, c.value)
}

// clearableYear is the same for a year; clearing it gives 0.
type clearableYear struct{ value *int }

// UnmarshalJSON is called for null too, which clears.
func (c *clearableYear) UnmarshalJSON(raw []byte) error {
	c.value = new(int)
	return json.Unmarshal(raw, c.value)
}

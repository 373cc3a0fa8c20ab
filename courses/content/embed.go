// Package content holds the courses that Mostik ships, as package folders, and embeds them.
package content

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

//go:embed all:trafficking all:intercultural all:burnout
var files embed.FS

// ErrUnknown is returned for a course that is not shipped.
var ErrUnknown = errors.New("no such course is shipped")

// Keys lists the courses that are shipped, in the order in which they are offered.
func Keys() []string { return []string{"trafficking", "intercultural", "burnout"} }

// Course gives the folder of a course, ready for pack.Read.
func Course(key string) (fs.FS, error) {
	for _, k := range Keys() {
		if k == key {
			return fs.Sub(files, key)
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrUnknown, key)
}

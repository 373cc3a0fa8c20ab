package learning

import (
	"bytes"
	"slices"

	"mostik/lms"
)

// sorted gives ids in one order, in which every transaction locks them.
func sorted[T any](ids []lms.ID[T]) []lms.ID[T] {
	list := slices.Clone(ids)
	slices.SortFunc(list, func(a, b lms.ID[T]) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(list)
}

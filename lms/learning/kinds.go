package learning

import (
	"slices"

	"mostik/courses"
	"mostik/lms/catalog"
)

type kind = courses.Kind

func isKind(a *catalog.Activity, kinds []kind) bool { return slices.Contains(kinds, a.Kind) }

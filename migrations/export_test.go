package migrations

// What the tests, which stand outside because dbtest imports this package, need of its inside.
var (
	Load      = load
	ApplyList = apply
)

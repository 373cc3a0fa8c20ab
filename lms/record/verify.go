package record

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// What says what is wrong. The zero value is "not set".
type What string

// What can be wrong: with a row, with an entry, with the end of the chain.
const (
	RowChanged    What = "row changed"               // it is not as it was written down
	RowMissing    What = "row missing"               // it was written down and is not in its table
	RowUnrecorded What = "row without an entry"      // it is in its table and was never written down
	EntryChanged  What = "entry changed"             // it does not fit its place in the chain
	EntryMissing  What = "entry missing"             // a place in the chain is empty
	EntryEmptied  What = "entry emptied"             // key and salt are gone, and no erasure names it
	EntryTwice    What = "entry copied"              // its salt is another's
	EntryKind     What = "entry of no known kind"    //
	EntryDated    What = "entry dated back"          // it says that it was written before an end was signed that it comes after
	HeadBroken    What = "signature does not fit"    // of an end of the chain
	Rewritten     What = "chain rewritten"           // a signed end says something else
	Shortened     What = "chain shortened"           // a signed end lies behind its last entry
	Unsigned      What = "end of the chain unsigned" // the last entries have their places from somebody without the key
)

// Fault is one thing that is wrong, named so that it can be found.
type Fault struct {
	What     What
	Kind     string // of the fact: attempt, completion, certificate …
	Key      string // of the row in its table; parts are joined by a stroke
	Number   int64  // of the entry; 0 where there is none
	Position int64  // in the chain; 0 where it has none
	Detail   string
}

// String is a line for people.
func (f Fault) String() string {
	s := string(f.What)
	if f.Kind != "" {
		s += ": " + f.Kind
	}
	if f.Key != "" {
		s += " " + f.Key
	}
	if f.Number != 0 {
		s += fmt.Sprintf(" (entry %d", f.Number)
		if f.Position != 0 {
			s += fmt.Sprintf(", place %d", f.Position)
		}
		s += ")"
	} else if f.Position != 0 {
		s += fmt.Sprintf(" (place %d)", f.Position)
	}
	if f.Detail != "" {
		s += ": " + f.Detail
	}
	return s
}

// Report is what a verification looked at and what it found.
type Report struct {
	At       time.Time
	Entries  int64 // in the chain
	Waiting  int64 // appended and not yet chained
	Erased   int64 // emptied with a person
	Erasures int64
	Heads    int64
	Rows     map[string]int64 // compared with their tables, by kind
	Faults   []Fault
	// More counts faults beyond those that are listed.
	More int64
	// Last is the newest signed end; its position is 0 without one.
	Last Head
}

// maxFaults bounds what is listed: one who rewrote everything is not told row by row.
const maxFaults = 1000

func (r *Report) fault(f Fault) {
	if len(r.Faults) >= maxFaults {
		r.More++
		return
	}
	r.Faults = append(r.Faults, f)
}

// Verify compares the whole record with the tables as they are now, as of one moment. Kept are heads that somebody
// kept elsewhere; the chain must still hold what they say. An error means that it could not be verified; what is wrong
// is in the report.
func (b *Book) Verify(ctx context.Context, kept ...Head) (r *Report, err error) {
	defer lms.Wrap(&err, "record.Verify")
	err = db.InTx(ctx, b.DB, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`); err != nil {
			return err
		}
		r, err = b.verify(ctx, tx, kept)
		return err
	})
	return r, err
}

func (b *Book) verify(ctx context.Context, tx bun.Tx, kept []Head) (*Report, error) {
	r := &Report{At: b.Now().UTC(), Rows: map[string]int64{}}
	for _, step := range []func(context.Context, bun.Tx, *Report) error{verifyErasures, verifySalts, verifyRows} {
		if err := step(ctx, tx, r); err != nil {
			return nil, err
		}
	}
	return r, b.verifyChain(ctx, tx, r, kept)
}

// verifyChain goes along the chain. Each entry is held against the stored hash of the one before it, so that one fault
// is one line and not everything after it; whoever wrote the hashes anew as well is found by the signed ends.
func (b *Book) verifyChain(ctx context.Context, tx bun.Tx, r *Report, kept []Head) error {
	heads, err := b.heads(ctx, tx, r, kept)
	if err != nil {
		return err
	}
	rows, err := db.Rows(ctx, tx, `SELECT position, number, at, kind, key, digest, hash FROM record_entries WHERE position IS NOT NULL ORDER BY position`)
	if err != nil {
		return err
	}
	defer rows.Close()
	last, hash, signed := int64(0), beginning, int64(0)
	since, no := sinceWhen(heads), time.Time{}
	for rows.Next() {
		var l link
		var key string
		var stored []byte
		if err := rows.Scan(&l.position, &l.number, &l.at, &l.kind, &key, &l.digest, &stored); err != nil {
			return db.Translate(err)
		}
		r.Entries++
		gap := l.position != last+1
		if gap {
			r.fault(Fault{What: EntryMissing, Position: last + 1, Detail: missingDetail(last+1, l.position-1)})
		}
		if !gap && !bytes.Equal(l.hash(hash), stored) || len(stored) != sha256.Size {
			r.fault(Fault{What: EntryChanged, Kind: l.kind, Key: key, Number: l.number, Position: l.position, Detail: "it was changed, moved, or put in"})
		}
		if l.at.Before(no) {
			r.fault(Fault{What: EntryDated, Kind: l.kind, Key: key, Number: l.number, Position: l.position, Detail: fmt.Sprintf(
				"it says %s, and was not there on %s", l.at.UTC().Format(time.RFC3339), no.Add(longestWrite).Format(time.RFC3339))})
		}
		if at, there := since[l.position]; there {
			no = at.Add(-longestWrite)
		}
		for _, h := range heads[l.position] {
			signed = l.position
			if !bytes.Equal(h.Hash, stored) {
				r.fault(Fault{What: Rewritten, Position: l.position, Detail: "the end that was signed on " + h.At.Format(time.RFC3339) + " says otherwise: something at or before this place is not as it was"})
			}
		}
		delete(heads, l.position)
		last, hash = l.position, stored
	}
	if err := rows.Err(); err != nil {
		return db.Translate(err)
	}
	for position, hs := range heads {
		if position > last && position > 0 {
			r.fault(Fault{What: Shortened, Position: position, Detail: fmt.Sprintf("the end that was signed on %s lies here, the last entry at %d", hs[0].At.Format(time.RFC3339), last)})
		}
	}
	if last > signed {
		r.fault(Fault{What: Unsigned, Position: last, Detail: fmt.Sprintf("the newest signature is at place %d", signed)})
	}
	return nil
}

// longestWrite is more than any transaction takes that writes down a fact, and than the clocks of database and program
// differ: an entry bears the moment at which its transaction began.
const longestWrite = 6 * time.Hour

// sinceWhen gives, for each signed end, the moment from which on what comes after it was written: when it was signed, or
// when a later end was, where that one bears an earlier time, for then the clock was ahead in between.
func sinceWhen(heads map[int64][]Head) map[int64]time.Time {
	since, earliest := map[int64]time.Time{}, time.Time{}
	for _, position := range slices.Backward(slices.Sorted(maps.Keys(heads))) {
		for _, h := range heads[position] {
			if earliest.IsZero() || h.At.Before(earliest) {
				earliest = h.At
			}
		}
		since[position] = earliest
	}
	return since
}

func missingDetail(from, to int64) string {
	if from == to {
		return "nothing is there"
	}
	return fmt.Sprintf("nothing is there, nor up to place %d", to)
}

// heads reads the signed ends, by position, and leaves out those whose signature does not fit.
func (b *Book) heads(ctx context.Context, tx bun.Tx, r *Report, kept []Head) (map[int64][]Head, error) {
	rows, err := db.Rows(ctx, tx, `SELECT position, hash, at, key_id, signature FROM record_heads ORDER BY position`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64][]Head{}
	take := func(h Head) {
		h.At = h.At.UTC()
		if !b.genuine(h) {
			r.fault(Fault{What: HeadBroken, Position: h.Position, Detail: "signed by key " + h.KeyID})
			return
		}
		all[h.Position] = append(all[h.Position], h)
	}
	for rows.Next() {
		var h Head
		if err := rows.Scan(&h.Position, &h.Hash, &h.At, &h.KeyID, &h.Signature); err != nil {
			return nil, db.Translate(err)
		}
		r.Heads++
		r.Last = h
		take(h)
	}
	for _, h := range kept {
		take(h)
	}
	return all, db.Translate(rows.Err())
}

// verifyRows holds the newest entry of every row against the row as it is now.
func verifyRows(ctx context.Context, tx bun.Tx, r *Report) error {
	known := map[string]bool{erasure: true}
	for _, k := range kinds {
		known[k.name] = true
		if err := verifyKind(ctx, tx, k, r); err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
	}
	rows, err := db.Rows(ctx, tx, `SELECT number, coalesce(position, 0), kind, key FROM record_entries ORDER BY number`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var f Fault
		if err := rows.Scan(&f.Number, &f.Position, &f.Kind, &f.Key); err != nil {
			return db.Translate(err)
		}
		if f.Position == 0 {
			r.Waiting++
		}
		if !known[f.Kind] {
			f.What = EntryKind
			r.fault(f)
		}
	}
	return db.Translate(rows.Err())
}

func verifyKind(ctx context.Context, tx bun.Tx, k kind, r *Report) error {
	rows, err := db.Rows(ctx, tx, `
		SELECT coalesce(e.number, 0), coalesce(e.position, 0), coalesce(e.key, x.key), e.person_id::text, e.salt, e.digest, x.person::text, x.content
		  FROM (SELECT DISTINCT ON (key) * FROM record_entries WHERE kind = $1 AND salt IS NOT NULL ORDER BY key, number DESC) e
		  FULL JOIN (`+k.rows+`) x ON x.key = e.key
		 ORDER BY e.number, x.key`, k.name)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		f := Fault{Kind: k.name}
		var person, owner, content *string
		var salt, digest []byte
		if err := rows.Scan(&f.Number, &f.Position, &f.Key, &person, &salt, &digest, &owner, &content); err != nil {
			return db.Translate(err)
		}
		r.Rows[k.name]++
		switch {
		case f.Number == 0:
			f.What = RowUnrecorded
		case content == nil && fits(salt, goneContent(f.Key), digest):
			r.Rows[k.name]-- // the program took it away
		case content == nil:
			f.What = RowMissing
		case !fits(salt, *content, digest):
			f.What = RowChanged
		case (person == nil) != (owner == nil) || person != nil && *person != *owner:
			f.What, f.Detail = EntryChanged, "it belongs to somebody else than the row"
		}
		if f.What != "" {
			r.fault(f)
		}
	}
	return db.Translate(rows.Err())
}

func fits(salt []byte, content string, digest []byte) bool {
	sum := sha256.Sum256(append(append([]byte{}, salt...), content...))
	return bytes.Equal(sum[:], digest)
}

// verifySalts finds entries that were copied to bring an old content back: a salt is drawn for one entry.
func verifySalts(ctx context.Context, tx bun.Tx, r *Report) error {
	rows, err := db.Rows(ctx, tx, `
		SELECT number, coalesce(position, 0), kind, key FROM record_entries
		 WHERE salt IN (SELECT salt FROM record_entries WHERE salt IS NOT NULL GROUP BY salt HAVING count(*) > 1) ORDER BY number`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		f := Fault{What: EntryTwice}
		if err := rows.Scan(&f.Number, &f.Position, &f.Kind, &f.Key); err != nil {
			return db.Translate(err)
		}
		r.fault(f)
	}
	return db.Translate(rows.Err())
}

// verifyErasures holds the entries that are empty against the erasures that tell of them.
func verifyErasures(ctx context.Context, tx bun.Tx, r *Report) error {
	rows, err := db.Rows(ctx, tx, `
		SELECT number, coalesce(position, 0), coalesce(salt, ''), digest, coalesce(array_to_json(erased)::text, ''), coalesce(cardinality(erased), 0)
		  FROM record_entries WHERE kind = '`+erasure+`' ORDER BY number`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		f := Fault{What: EntryChanged, Kind: erasure, Detail: "it names other entries than it did"}
		var salt, digest []byte
		var content string
		var n int64
		if err := rows.Scan(&f.Number, &f.Position, &salt, &digest, &content, &n); err != nil {
			return db.Translate(err)
		}
		r.Erasures++
		r.Erased += n
		if !fits(salt, content, digest) {
			r.fault(f)
		}
	}
	if err := rows.Err(); err != nil {
		return db.Translate(err)
	}
	return emptied(ctx, tx, r)
}

// emptied compares entries that are empty with those that ought to be.
func emptied(ctx context.Context, tx bun.Tx, r *Report) error {
	rows, err := db.Rows(ctx, tx, `
		SELECT e.number, coalesce(e.position, 0), e.kind, e.salt IS NULL
		  FROM record_entries e
		  LEFT JOIN (SELECT DISTINCT unnest(erased) AS number FROM record_entries WHERE kind = '`+erasure+`') x ON x.number = e.number
		 WHERE (e.salt IS NULL) <> (x.number IS NOT NULL) ORDER BY e.number`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		f := Fault{What: EntryEmptied}
		var empty bool
		if err := rows.Scan(&f.Number, &f.Position, &f.Kind, &empty); err != nil {
			return db.Translate(err)
		}
		if !empty {
			f.What, f.Detail = EntryChanged, "it was emptied by an erasure and is filled again"
		}
		r.fault(f)
	}
	return db.Translate(rows.Err())
}

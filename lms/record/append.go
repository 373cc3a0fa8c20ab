package record

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"mostik/lms"
	"mostik/lms/db"
)

// saltBytes make a guess of a digest's content hopeless, however few contents are possible.
const saltBytes = 16

// Append writes down facts in the transaction that made them, in one statement; it is called after the rows were
// written, again whenever they change. It takes no lock that somebody else waits for. A row that is not there is an
// error, for then the caller's fact is not what they think.
func Append(ctx context.Context, tx db.Queryer, entries ...Entry) error {
	if len(entries) == 0 {
		return nil
	}
	sql, args := appendSQL(entries)
	n, err := db.Exec(ctx, tx, sql, args...)
	if err == nil && n != int64(len(entries)) {
		err = fmt.Errorf("%d of %d facts are not in their tables", int64(len(entries))-n, len(entries))
	}
	if err != nil {
		return fmt.Errorf("recording %s: %w", names(entries), err)
	}
	return nil
}

// appendSQL gives one INSERT for all entries. Its text depends on their kinds only, so that the statement is prepared
// once.
func appendSQL(entries []Entry) (string, []any) {
	var b strings.Builder
	var args []any
	place := func(arg any) string {
		args = append(args, arg)
		return fmt.Sprintf("$%d", len(args))
	}
	b.WriteString(`INSERT INTO record_entries (at, kind, key, person_id, salt, digest)`)
	for i, e := range entries {
		if i > 0 {
			b.WriteString(` UNION ALL`)
		}
		salt := place(newSalt())
		fmt.Fprintf(&b, ` SELECT now(), '%s', r.key, r.person, %s::bytea, sha256(%s::bytea || convert_to(r.content, 'UTF8')) FROM (%s`,
			e.kind.name, salt, salt, e.kind.rows)
		for j, part := range e.kind.one {
			b.WriteString(` AND ` + strings.Replace(part, "$?", place(e.parts[j]), 1))
		}
		b.WriteString(`) r`)
	}
	return b.String(), args
}

func newSalt() []byte {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails: crypto/rand ends the program instead
	return salt
}

func names(entries []Entry) string {
	words := make([]string, len(entries))
	for i, e := range entries {
		words[i] = e.kind.name + " " + e.key()
	}
	return strings.Join(words, ", ")
}

// Gone writes down that rows were taken away by the program, as when an import is undone: from then on their lack is
// no fault. The person is whose they were.
func Gone(ctx context.Context, tx db.Queryer, person lms.ID[lms.Person], entries ...Entry) error {
	for _, e := range entries {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO record_entries (at, kind, key, person_id, salt, digest)
			VALUES (now(), $1, $2, $3, $4, sha256($4::bytea || convert_to($5, 'UTF8')))`,
			e.kind.name, e.key(), person, newSalt(), goneContent(e.key()))
		if err != nil {
			return fmt.Errorf("recording that %s %s is gone: %w", e.kind.name, e.key(), err)
		}
	}
	return nil
}

// goneContent stands for a row that the program took away.
func goneContent(key string) string { return "gone " + key }

// Move gives the entries of one person to another, when two records of one person were made one, and writes down anew
// what is now theirs: the rows have changed. It is called after they have.
func Move(ctx context.Context, tx db.Queryer, from, to lms.ID[lms.Person]) error {
	if _, err := db.Exec(ctx, tx, `UPDATE record_entries SET person_id = $2 WHERE person_id = $1`, from, to); err != nil {
		return fmt.Errorf("moving the record of a person: %w", err)
	}
	for _, k := range kinds {
		if _, err := db.Exec(ctx, tx, adoptSQL(k.name, k.rows+` AND `+k.of+` = $1::uuid`), to); err != nil {
			return fmt.Errorf("recording anew (%s): %w", k.name, err)
		}
	}
	return nil
}

// Erase empties the entries of a person and writes down that it did. It is called when all else of theirs is gone
// from the other tables, so that nothing that was still on its way is missed.
func Erase(ctx context.Context, tx db.Queryer, person lms.ID[lms.Person]) error {
	_, err := db.Exec(ctx, tx, `
		WITH mine AS (
			UPDATE record_entries SET key = '', person_id = NULL, salt = NULL WHERE person_id = $1 RETURNING number
		), all_of_them AS (
			SELECT array_agg(number ORDER BY number) AS numbers FROM mine
		)
		INSERT INTO record_entries (at, kind, key, salt, digest, erased)
		SELECT now(), '`+erasure+`', '', $2::bytea, sha256($2::bytea || convert_to(array_to_json(numbers)::text, 'UTF8')), numbers
		  FROM all_of_them WHERE numbers IS NOT NULL`, person, newSalt())
	if err != nil {
		return fmt.Errorf("emptying the record of a person: %w", err)
	}
	return nil
}

// Adopt writes down every row that has no entry: what there was before there was a record, and pasts that were made
// up. Whatever the program writes itself it appends at once. It must run while nobody writes.
func Adopt(ctx context.Context, tx db.Queryer) (n int64, err error) {
	for _, k := range kinds {
		added, err := db.Exec(ctx, tx, adoptSQL(k.name, `
			SELECT * FROM (`+k.rows+`) x
			 WHERE NOT EXISTS (SELECT FROM record_entries e WHERE e.kind = '`+k.name+`' AND e.key = x.key)`))
		if err != nil {
			return n, fmt.Errorf("recording what there is (%s): %w", k.name, err)
		}
		n += added
	}
	return n, nil
}

// adoptSQL inserts an entry a row of the query. The salts are the database's: 122 random bits each.
func adoptSQL(kind, rows string) string {
	return `
		INSERT INTO record_entries (at, kind, key, person_id, salt, digest)
		SELECT now(), '` + kind + `', r.key, r.person, r.salt, sha256(r.salt || convert_to(r.content, 'UTF8'))
		  FROM (SELECT key, person, content, uuid_send(gen_random_uuid()) AS salt FROM (` + rows + `) y) r`
}

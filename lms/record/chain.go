package record

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

const (
	// lockKey is the advisory lock of the one who chains: "record" in ASCII.
	lockKey = 0x7265636f7264
	// batch is how many entries are chained in one transaction.
	batch = 1000
	// every is how long an entry waits for its place in the chain at most.
	every = 15 * time.Second
	line  = "mostik record 1\n"
)

// Book is the chain, with the keys that sign its ends.
type Book struct {
	DB *bun.DB
	// Key signs, and KeyID names it; Public are all keys that ever signed, by id.
	Key    ed25519.PrivateKey
	KeyID  string
	Public map[string]ed25519.PublicKey
	Now    func() time.Time
}

// link is what the chain knows of an entry.
type link struct {
	position, number int64
	at               time.Time
	kind             string
	digest           []byte
}

// hash gives the hash of an entry after another's.
func (l link) hash(before []byte) []byte {
	b := make([]byte, 0, 160)
	b = append(b, line...)
	b = append(b, before...)
	b = binary.BigEndian.AppendUint64(b, uint64(l.position))
	b = binary.BigEndian.AppendUint64(b, uint64(l.number))
	b = binary.BigEndian.AppendUint64(b, uint64(l.at.UnixMicro()))
	b = append(b, l.digest...)
	b = append(b, l.kind...)
	sum := sha256.Sum256(b)
	return sum[:]
}

// beginning stands before the first entry.
var beginning = make([]byte, sha256.Size)

// Begin writes down what there was before there was a record. It is called before anybody else writes, and does
// nothing when there is an entry.
func (b *Book) Begin(ctx context.Context) (n int64, err error) {
	defer lms.Wrap(&err, "record.Begin")
	err = db.InTx(ctx, b.DB, func(ctx context.Context, tx bun.Tx) error {
		n = 0
		var begun bool
		if err := db.Row(ctx, tx, `SELECT EXISTS (SELECT FROM record_entries)`).Scan(&begun); err != nil || begun {
			return err
		}
		n, err = Adopt(ctx, tx)
		return err
	})
	return n, err
}

// Run chains what was appended until the context ends.
func (b *Book) Run(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if _, err := b.Chain(ctx); err != nil && ctx.Err() == nil {
			log.Error("chaining the record", "cause", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Chain gives every entry that waits its place, and signs the end. While somebody else is at it, it does nothing.
func (b *Book) Chain(ctx context.Context) (n int, err error) {
	defer lms.Wrap(&err, "record.Chain")
	for {
		done, err := b.chainSome(ctx)
		n += done
		if err != nil || done < batch {
			return n, err
		}
	}
}

func (b *Book) chainSome(ctx context.Context) (n int, err error) {
	err = db.InTx(ctx, b.DB, func(ctx context.Context, tx bun.Tx) error {
		n = 0
		var mine bool
		if err := db.Row(ctx, tx, `SELECT pg_try_advisory_xact_lock($1)`, int64(lockKey)).Scan(&mine); err != nil || !mine {
			return err
		}
		position, hash, err := end(ctx, tx)
		if err != nil {
			return err
		}
		links, err := waiting(ctx, tx)
		if err != nil || len(links) == 0 {
			return err
		}
		numbers, hashes := make([]int64, len(links)), make([]string, len(links))
		for i := range links {
			links[i].position = position + int64(i) + 1
			hash = links[i].hash(hash)
			numbers[i], hashes[i] = links[i].number, hex.EncodeToString(hash)
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE record_entries e SET position = $3 + r.place, hash = decode(r.hash, 'hex')
			  FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS r(number, hash, place)
			 WHERE e.number = r.number`, numbers, hashes, position)
		if err != nil {
			return err
		}
		n = len(links)
		return b.sign(ctx, tx, position+int64(n), hash)
	})
	return n, err
}

// end gives the last place in the chain, and its hash.
func end(ctx context.Context, q db.Queryer) (position int64, hash []byte, err error) {
	err = db.Row(ctx, q, `SELECT position, hash FROM record_entries WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1`).Scan(&position, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, beginning, nil
	}
	return position, hash, db.Translate(err)
}

func waiting(ctx context.Context, tx bun.Tx) ([]link, error) {
	rows, err := db.Rows(ctx, tx, `SELECT number, at, kind, digest FROM record_entries WHERE position IS NULL ORDER BY number LIMIT $1`, batch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []link
	for rows.Next() {
		var l link
		if err := rows.Scan(&l.number, &l.at, &l.kind, &l.digest); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, l)
	}
	return list, db.Translate(rows.Err())
}

func (b *Book) sign(ctx context.Context, tx bun.Tx, position int64, hash []byte) error {
	h := Head{Position: position, Hash: hash, At: b.Now().UTC().Truncate(time.Second), KeyID: b.KeyID}
	h.Signature = ed25519.Sign(b.Key, h.signed())
	_, err := db.Exec(ctx, tx, `INSERT INTO record_heads (position, hash, at, key_id, signature) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (position) DO NOTHING`, h.Position, h.Hash, h.At, h.KeyID, h.Signature)
	return err
}

// thinAfter is how long every signed end is kept; of older ones the last of each hour stays.
const thinAfter = 48 * time.Hour

// Thin drops signed ends that later ones make needless: a busy house signs one every fifteen seconds. What stays bounds
// the time of an entry to the hour.
func (b *Book) Thin(ctx context.Context) (n int64, err error) {
	defer lms.Wrap(&err, "record.Thin")
	return db.Exec(ctx, b.DB, `
		DELETE FROM record_heads h
		 USING (SELECT date_trunc('hour', at) AS hour, max(position) AS last FROM record_heads WHERE at < $1 GROUP BY 1) k
		 WHERE h.at < $1 AND date_trunc('hour', h.at) = k.hour AND h.position < k.last`, b.Now().Add(-thinAfter).Truncate(time.Hour))
}

// Head is an end of the chain: so many entries, and the hash of the last one.
type Head struct {
	Position  int64
	Hash      []byte
	At        time.Time // when it was signed, to the second
	KeyID     string
	Signature []byte
}

// headWord begins the line of a head and names its version.
const headWord = "mostik-record-head-1"

// signed are the bytes that the signature is over: the line without it.
func (h Head) signed() []byte {
	return fmt.Appendf(nil, "%s %d %s %s %s", headWord, h.Position, hex.EncodeToString(h.Hash), h.At.Format(time.RFC3339), h.KeyID)
}

// String is one line to be kept elsewhere: word, position, hash, time, key, signature.
func (h Head) String() string {
	return string(h.signed()) + " " + base64.RawURLEncoding.EncodeToString(h.Signature)
}

// ErrHead says that a text is no head of a record.
var ErrHead = errors.New("not a head of a record: one line as 'mostik audit head' prints it")

// ParseHead reads the line of a head. The signature is not checked here. Errors: ErrHead.
func ParseHead(text string) (Head, error) {
	words := strings.Fields(text)
	if len(words) != 6 || words[0] != headWord {
		return Head{}, ErrHead
	}
	position, err1 := strconv.ParseInt(words[1], 10, 64)
	hash, err2 := hex.DecodeString(words[2])
	at, err3 := time.Parse(time.RFC3339, words[3])
	signature, err4 := base64.RawURLEncoding.Strict().DecodeString(words[5])
	if errors.Join(err1, err2, err3, err4) != nil || position < 0 || len(hash) != sha256.Size || len(signature) != ed25519.SignatureSize {
		return Head{}, ErrHead
	}
	return Head{Position: position, Hash: hash, At: at.UTC(), KeyID: words[4], Signature: signature}, nil
}

// genuine tells whether one of our keys signed the head.
func (b *Book) genuine(h Head) bool {
	key, known := b.Public[h.KeyID]
	return known && ed25519.Verify(key, h.signed(), h.Signature)
}

// Head gives the newest signed end. Errors: NotFound while nothing was recorded.
func (b *Book) Head(ctx context.Context) (h Head, err error) {
	defer lms.Wrap(&err, "record.Head")
	err = db.Row(ctx, b.DB, `SELECT position, hash, at, key_id, signature FROM record_heads ORDER BY position DESC LIMIT 1`).
		Scan(&h.Position, &h.Hash, &h.At, &h.KeyID, &h.Signature)
	h.At = h.At.UTC()
	return h, db.Found(err, "head of the record")
}

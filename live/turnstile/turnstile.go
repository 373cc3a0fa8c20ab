// Package turnstile makes the codes that a screen shows to whoever stands before it, and the seals that they are given:
// a site of a webinar and an in-person day let people check in by them. A code is six digits to be typed and a word for
// a QR code, and changes each minute; a seal is a door or a pass in an address, which only who made it can make.
package turnstile

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"

	"rsc.io/qr"
)

const (
	// period is how long a code is shown, in milliseconds. The one before it is taken too: people type slowly, and
	// clocks differ.
	period = int64(time.Minute / time.Millisecond)
	// wordAlphabet has no letters and digits that look alike, and only such as a small QR code holds.
	wordAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	wordLength   = 12
	// HerePath is where the QR code leads, before its word.
	HerePath = "/here/"
)

// Secret makes codes and seals. All of what is below one secret is told apart by its subject.
type Secret []byte

// Shown is what a screen shows.
type Shown struct {
	Code string `json:"code"`
	// Word is what the QR code leads to, longer than the digits: nobody guesses it.
	Word string `json:"word"`
	// Until is when the next code comes, in Unix milliseconds.
	Until int64 `json:"until"`
	// QR is the picture, a row of 0 and 1 for each line.
	QR []string `json:"qr,omitempty"`
}

// Show gives what the screen of a subject shows at a moment (Unix milliseconds); the picture leads to the site at an
// address, "https://mostik.example", and is left out without one.
func (s Secret) Show(subject string, now int64, address string) Shown {
	window := now / period
	shown := Shown{Code: s.digits(subject, window), Word: s.word(subject, window), Until: (window + 1) * period}
	if address != "" {
		// In capitals a QR code is a third smaller, and is read from farther away.
		shown.QR = squares(strings.ToUpper(address + HerePath + shown.Word))
	}
	return shown
}

// squares draws a QR code.
func squares(text string) []string {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil // longer than any code holds: the digits do
	}
	rows := make([]string, code.Size)
	for y := range rows {
		row := make([]byte, code.Size)
		for x := range row {
			row[x] = '0'
			if code.Black(x, y) {
				row[x] = '1'
			}
		}
		rows[y] = string(row)
	}
	return rows
}

// digits are a subject's six digits of a minute (after RFC 4226, 5.3).
func (s Secret) digits(subject string, window int64) string {
	h := hmac.New(sha256.New, s)
	fmt.Fprintf(h, "%s/%d", subject, window)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(h.Sum(nil))%1_000_000)
}

// word is a subject's word of a minute: 60 bits.
func (s Secret) word(subject string, window int64) string {
	h := hmac.New(sha256.New, s)
	fmt.Fprintf(h, "word/%s/%d", subject, window)
	word := h.Sum(nil)[:wordLength]
	for i, b := range word {
		word[i] = wordAlphabet[int(b)%len(wordAlphabet)]
	}
	return string(word)
}

// Shows tells whether a code is the digits or the word of a subject, now or a minute ago.
func (s Secret) Shows(subject string, now int64, code string) bool {
	found := 0
	for _, w := range []int64{now / period, now/period - 1} {
		for _, right := range []string{s.digits(subject, w), s.word(subject, w)} {
			if hmac.Equal([]byte(code), []byte(right)) {
				found++
			}
		}
	}
	return found > 0
}

// Seal joins words, none of which holds a dot, and the moment until which they hold, and puts a mark behind them that
// only this secret makes for this kind.
func (s Secret) Seal(kind string, until int64, words ...string) string {
	return s.mark(kind, strings.Join(words, ".")+"."+strconv.FormatInt(until, 10))
}

func (s Secret) mark(kind, text string) string {
	h := hmac.New(sha256.New, s)
	fmt.Fprintf(h, "%s/%s", kind, text)
	return text + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}

// Unseal gives the words back, without the moment; nil when the mark is not ours or the moment is over.
func (s Secret) Unseal(kind string, now int64, sealed string) []string {
	at := strings.LastIndexByte(sealed, '.')
	if at < 0 || !hmac.Equal([]byte(s.mark(kind, sealed[:at])), []byte(sealed)) {
		return nil
	}
	words := strings.Split(sealed[:at], ".")
	last := len(words) - 1
	until, err := strconv.ParseInt(words[last], 10, 64)
	if err != nil || until < now {
		return nil
	}
	return words[:last]
}

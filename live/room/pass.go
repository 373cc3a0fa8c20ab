package room

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// passTime is how long a pass is valid, in milliseconds: longer than a webinar.
const passTime = int64(24 * 60 * 60 * 1000)

// Pass is a word by which somebody in the room fetches and brings files: it stands in addresses, and opens nothing
// else.
func (r *Room) Pass(person string) string {
	text := fmt.Sprintf("%s.%d", person, r.now+passTime)
	return text + "." + r.passMark(text)
}

// Passed gives who brings a pass, "" for a word that is none, is over, or is of somebody who was removed.
func (r *Room) Passed(now int64, pass string) string {
	at := strings.LastIndexByte(pass, '.')
	if at < 0 || !hmac.Equal([]byte(pass[at+1:]), []byte(r.passMark(pass[:at]))) {
		return ""
	}
	person, until, _ := strings.Cut(pass[:at], ".")
	if t, err := strconv.ParseInt(until, 10, 64); err != nil || t < now || r.People[person] == nil {
		return ""
	}
	return person
}

func (r *Room) passMark(text string) string {
	h := hmac.New(sha256.New, r.secret)
	fmt.Fprintf(h, "pass/%s/%s", r.Webinar, text)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}

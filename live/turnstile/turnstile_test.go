package turnstile

import (
	"slices"
	"strings"
	"testing"
)

func TestCodesChangeAndTheLastOneIsTaken(t *testing.T) {
	s, other := Secret("secret"), Secret("another")
	now := int64(1_800_000_000_000)
	shown := s.Show("hall", now, "https://mostik.example")
	if len(shown.Code) != 6 || len(shown.Word) != 12 || shown.Until <= now || len(shown.QR) < 21 || len(shown.QR) != len(shown.QR[0]) {
		t.Fatalf("shown: %+v", shown)
	}
	for name, c := range map[string]struct {
		by      Secret
		subject string
		after   int64 // ms
		want    bool
	}{
		"now":                   {s, "hall", 0, true},
		"a minute later":        {s, "hall", period, true},
		"two minutes later":     {s, "hall", 2 * period, false},
		"of another subject":    {s, "yard", 0, false},
		"under another secret":  {other, "hall", 0, false},
		"before it was shown":   {s, "hall", -period, false},
		"an hour and a subject": {s, "hall", 60 * period, false},
	} {
		for _, code := range []string{shown.Code, shown.Word} {
			if got := c.by.Shows(c.subject, now+c.after, code); got != c.want {
				t.Errorf("%s: %s is taken: %v", name, code, got)
			}
		}
	}
	if s.Show("hall", now, "").QR != nil {
		t.Error("a picture leads nowhere")
	}
	if next := s.Show("hall", shown.Until, ""); next.Code == shown.Code || next.Word == shown.Word {
		t.Error("the code stays")
	}
}

func TestSealsAreOfOneKindAndOneTime(t *testing.T) {
	s := Secret("secret")
	sealed := s.Seal("door", 1000, "day", "7")
	if got := s.Unseal("door", 1000, sealed); !slices.Equal(got, []string{"day", "7"}) {
		t.Errorf("words: %v", got)
	}
	for name, got := range map[string][]string{
		"over":             s.Unseal("door", 1001, sealed),
		"of another kind":  s.Unseal("here", 1, sealed),
		"of another maker": Secret("other").Unseal("door", 1, sealed),
		"changed":          s.Unseal("door", 1, strings.Replace(sealed, "7", "8", 1)),
		"lengthened":       s.Unseal("door", 1, strings.Replace(sealed, "1000", "9000", 1)),
		"nothing":          s.Unseal("door", 1, ""),
		"only a dot":       s.Unseal("door", 1, "."),
	} {
		if got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func FuzzUnseal(f *testing.F) {
	s := Secret("secret")
	f.Add(s.Seal("door", 1000, "day", "7"))
	f.Add("..")
	f.Fuzz(func(t *testing.T, sealed string) {
		if words := s.Unseal("door", 1, sealed); words != nil && s.Unseal("here", 1, sealed) != nil {
			t.Error("one seal of two kinds")
		}
	})
}

package hub

import (
	"errors"
	"log/slog"
	"math"
	"testing"
	"time"
)

func TestFilesAreKeptAsTheCalendarSays(t *testing.T) {
	const day = 24 * time.Hour
	h := &Hub{Config: Config{Log: slog.New(slog.DiscardHandler), KeepDays: func(webinar string) (int, error) {
		switch webinar {
		case "long":
			return 365, nil
		case "silent":
			return 0, errors.New("the database does not answer")
		}
		return 0, nil
	}}}
	for webinar, want := range map[string]time.Duration{"long": 365 * day, "unknown": KeptDays * day, "silent": math.MaxInt64} {
		if got := h.kept(webinar); got != want {
			t.Errorf("the files of the webinar %q are kept for %v, want %v", webinar, got, want)
		}
	}
	h.KeepDays = nil
	if got := h.kept("any"); got != KeptDays*day {
		t.Errorf("without a calendar files are kept for %v", got)
	}
}

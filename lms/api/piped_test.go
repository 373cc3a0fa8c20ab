package api

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"
)

func TestAReaderWhoStallsEndsTheWriting(t *testing.T) {
	ended := make(chan error)
	r := piped(t.Context(), time.Millisecond, func(ctx context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "nobody reads this")
		<-ctx.Done()
		ended <- err
		return err
	})
	if err := <-ended; !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the writer was told %v", err)
	}
	if _, err := io.ReadAll(r); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("half a table ends with %v", err)
	}
}

func TestWhatIsPipedArrivesWhole(t *testing.T) {
	r := piped(t.Context(), time.Hour, func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "a,b")
		return err
	})
	if got, err := io.ReadAll(r); err != nil || string(got) != "a,b" {
		t.Errorf("%q, %v", got, err)
	}
}

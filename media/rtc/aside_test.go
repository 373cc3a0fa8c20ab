package rtc

import (
	"testing"
	"time"
)

// A way that blocks holds up nobody and collects nothing, and is used again once it lets go.
func TestAside(t *testing.T) {
	entered, leave := make(chan byte), make(chan struct{})
	send := aside(func(b []byte) { entered <- b[0]; <-leave })
	send([]byte{1})
	if got := <-entered; got != 1 {
		t.Fatal(got)
	}
	send([]byte{2}) // would wait for ever
	leave <- struct{}{}
	for n := byte(3); ; n++ {
		send([]byte{n})
		select {
		case got := <-entered:
			if got == 2 {
				t.Error("what found the way blocked was kept for later")
			}
			leave <- struct{}{}
			return
		case <-time.After(10 * time.Millisecond):
		}
		if n > 250 {
			t.Fatal("the way is not used any more")
		}
	}
}

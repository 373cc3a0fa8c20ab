package turn

import (
	"container/list"
	"net"
	"sync"
)

// mostWaiting is how many connections may be silent, or in the middle of their beginning, at once. Browsers open some ahead
// of need and lose nothing when one of these is closed.
const mostWaiting = 2000

// waiting holds the connections of which it is not known yet whom they are for, the oldest first.
type waiting struct {
	mu   sync.Mutex
	list list.List
	most int
}

// enter adds a connection, and closes the one that has waited longest where there are too many: whoever speaks at once is
// served, however many say nothing. leave takes it out again.
func (w *waiting) enter(conn net.Conn) (leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.list.PushBack(conn)
	if w.list.Len() > w.most {
		if oldest, ok := w.list.Remove(w.list.Front()).(net.Conn); ok {
			_ = oldest.Close() // whoever reads from it gives it up
		}
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.list.Remove(e) // one that is out already is left alone
	}
}

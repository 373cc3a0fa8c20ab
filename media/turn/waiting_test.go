package turn

import (
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// Connections that say nothing do not fill the port: the oldest of them go, and whoever speaks is served.
func TestSilentConnectionsAreBounded(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newSplit(l, nil, 3)
	t.Cleanup(func() { _ = s.Close() })
	web := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("served")) }), ReadHeaderTimeout: time.Second}
	go func() { _ = web.Serve(s.Web()) }()
	t.Cleanup(func() { _ = web.Close() })
	dial := func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	silent := []net.Conn{dial(), dial(), dial(), dial(), dial()}
	for i, c := range silent[:2] {
		if _, err := c.Read(make([]byte, 1)); err != io.EOF && err == nil {
			t.Errorf("silent connection %d said something", i)
		}
	}
	res, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || string(body) != "served" {
		t.Errorf("whoever speaks gets %q, %v", body, err)
	}
	// What is served waits no longer: the port forgets it.
	for range 200 {
		s.waits.mu.Lock()
		n := s.waits.list.Len()
		s.waits.mu.Unlock()
		if n <= 3 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("it still waits for too many")
}

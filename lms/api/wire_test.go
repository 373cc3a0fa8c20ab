package api

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// listen serves on loopback until the test ends.
func listen(t *testing.T, s *Server) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	app := s.NewApp()
	done := make(chan error, 1)
	go func() { done <- app.Listener(ln) }()
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}

// A body that no handler read must not become a request of its own.
func TestNothingIsSmuggled(t *testing.T) {
	addr := listen(t, echoServer(t))
	inner := "GET " + prefix + "/fail/inner HTTP/1.1\r\nHost: x\r\n\r\n"
	big := strings.Repeat(" ", 300<<10)
	for name, c := range map[string]struct {
		request string
		want    int // answers on the connection
	}{
		"refused early":     {post("/mine", len(inner)) + inner, 1},
		"no body wanted":    {"GET " + prefix + "/fail/x HTTP/1.1\r\nHost: x\r\nContent-Length: " + fmt.Sprint(len(inner)) + "\r\n\r\n" + inner, 1},
		"unknown address":   {post("/nowhere", len(inner)) + inner, 1},
		"too large":         {post("/echo/x", len(big)+len(inner)) + big + inner, 1},
		"refused and large": {post("/mine", len(big)+len(inner)) + big + inner, 1},
		"chunked": {"POST " + prefix + "/mine HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
			fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(inner), inner), 1},
		"two honest ones": {post("/mine", 2) + "{}" + post("/mine", 2) + "{}", 2},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			go func() { _, _ = io.WriteString(conn, c.request) }() // the server may close before it has all
			// Only the reader's patience: a connection that stays open says nothing more.
			_ = conn.SetReadDeadline(time.Now().Add(2 * time.Second))
			r := bufio.NewReader(conn)
			n := 0
			for {
				res, err := http.ReadResponse(r, nil)
				if err != nil {
					break
				}
				_, _ = io.Copy(io.Discard, res.Body)
				n++
				if n > 1 && c.want == 1 {
					t.Errorf("a second answer: %s", res.Status)
				}
				if n == c.want && res.Close {
					break
				}
				if n == c.want {
					_ = conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
				}
			}
			if n != c.want {
				t.Errorf("%d answers, want %d", n, c.want)
			}
		})
	}
}

func post(path string, length int) string {
	return fmt.Sprintf("POST %s%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", prefix, path, length)
}

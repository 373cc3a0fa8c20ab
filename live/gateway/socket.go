package gateway

import (
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"

	"mostik/live"
	"mostik/live/hub"
	"mostik/live/signal"
)

const (
	// helloTime is how long a line may take to say who it is.
	helloTime = 10 * time.Second
	// pulse is how often a quiet line is asked whether it is there, silence how long an answer may take.
	pulse   = 15 * time.Second
	silence = 40 * time.Second
	// waiting is how many messages wait for a slow line before it is closed: it comes back and is told all anew.
	waiting = 1024
	// writeTime is how long one message may take on its way out.
	writeTime = 10 * time.Second
)

// upgrade lets WebSockets of our subprotocol through.
func (g *Gateway) upgrade(c *fiber.Ctx) error {
	if !websocket.IsWebSocketUpgrade(c) {
		return fail(c, fiber.StatusUpgradeRequired, "websocket", "this address speaks WebSocket, subprotocol "+signal.Subprotocol)
	}
	c.Locals("webinar", c.Params("webinar"))
	return c.Next()
}

// socket is the door of browsers. Any origin may knock: what opens is the ticket in the first message, which no
// browser adds by itself.
func (g *Gateway) socket() fiber.Handler {
	return websocket.New(g.serve, websocket.Config{
		Subprotocols: []string{signal.Subprotocol}, ReadBufferSize: 8 << 10, WriteBufferSize: 8 << 10, EnableCompression: true,
		HandshakeTimeout: helloTime,
	})
}

// line is a browser's connection. One goroutine writes, another reads.
type line struct {
	conn *websocket.Conn
	out  chan []byte
	once sync.Once
	gone chan struct{}
	code int
}

// Send hands a message over; a line that cannot keep up is closed.
func (l *line) Send(message []byte) {
	select {
	case l.out <- message:
	case <-l.gone:
	default:
		l.Close(signal.CloseTooMuch)
	}
}

// Close ends the line with a code, after what was handed over before.
func (l *line) Close(code int) {
	l.once.Do(func() {
		l.code = code
		close(l.gone)
	})
}

// write sends what is handed over until the line is closed.
func (l *line) write() {
	defer l.conn.Close()
	tick := time.NewTicker(pulse)
	defer tick.Stop()
	send := func(kind int, b []byte) bool {
		_ = l.conn.SetWriteDeadline(time.Now().Add(writeTime))
		return l.conn.WriteMessage(kind, b) == nil
	}
	for {
		select {
		case b := <-l.out:
			if !send(websocket.TextMessage, b) {
				return
			}
		case <-tick.C:
			if !send(websocket.PingMessage, nil) {
				return
			}
		case <-l.gone:
			for range len(l.out) {
				if !send(websocket.TextMessage, <-l.out) {
					return
				}
			}
			send(websocket.CloseMessage, websocket.FormatCloseMessage(l.code, ""))
			return
		}
	}
}

func (g *Gateway) serve(conn *websocket.Conn) {
	l := &line{conn: conn, out: make(chan []byte, waiting), gone: make(chan struct{}), code: 1000}
	written := make(chan struct{})
	go func() { defer close(written); l.write() }()
	defer func() { l.Close(1000); <-written }()
	conn.SetReadLimit(signal.MaxMessage)
	_ = conn.SetReadDeadline(time.Now().Add(helloTime))
	conn.SetPongHandler(func(string) error { return conn.SetReadDeadline(time.Now().Add(silence)) })

	v := g.greet(conn, l)
	if v == nil {
		return
	}
	v.Left(g.listen(conn, l, v))
}

// greet reads the first message and lets its ticket in; nil when it does not.
func (g *Gateway) greet(conn *websocket.Conn, l *line) *hub.Visitor {
	_, frame, err := conn.ReadMessage()
	if err != nil {
		return nil
	}
	id, c, err := signal.Decode(frame)
	hello, ok := c.(*signal.Hello)
	if err != nil || !ok {
		refuseLine(l, id, signal.Refuse("malformed", "t", "say hello first"))
		return nil
	}
	webinar, _ := conn.Locals("webinar").(string)
	t, err := live.Open(hello.Ticket, g.key, g.now())
	if err != nil || t.Webinar != webinar {
		refuseLine(l, id, signal.Refuse("refused", "ticket", "the ticket is not valid for this webinar"))
		return nil
	}
	v, err := g.hub.Enter(t, hello, l)
	if p := (*signal.Problem)(nil); errors.As(err, &p) {
		refuseLine(l, id, p)
		return nil
	} else if err != nil {
		l.Close(signal.CloseRestarting)
		return nil
	}
	return v
}

func refuseLine(l *line, id string, p *signal.Problem) {
	answer(l, id, p)
	switch p.Code {
	case "over":
		l.Close(signal.CloseOver)
	case "removed":
		l.Close(signal.CloseRemoved)
	default:
		l.Close(signal.CloseRefused)
	}
}

func answer(l *line, id string, p *signal.Problem) {
	d, err := json.Marshal(p)
	if err == nil {
		d, err = json.Marshal(signal.Message{Type: "no", Re: id, Data: d})
	}
	if err == nil {
		l.Send(d)
	}
}

// listen takes commands until the line is gone or says too much. It tells whether the page is left for good.
func (g *Gateway) listen(conn *websocket.Conn, l *line, v *hub.Visitor) (forGood bool) {
	begun, messages, bytes := time.Now(), 0, 0
	for {
		_ = conn.SetReadDeadline(time.Now().Add(silence))
		_, frame, err := conn.ReadMessage()
		if err != nil {
			return websocket.IsCloseError(err, websocket.CloseGoingAway)
		}
		if now := time.Now(); now.Sub(begun) > time.Second {
			begun, messages, bytes = now, 0, 0
		}
		messages, bytes = messages+1, bytes+len(frame)
		if messages > signal.MaxMessages || bytes > signal.MaxBytes {
			l.Close(signal.CloseTooMuch)
			return true
		}
		id, c, err := signal.Decode(frame)
		if p := (*signal.Problem)(nil); errors.As(err, &p) {
			answer(l, id, p)
			continue
		}
		if _, again := c.(*signal.Hello); again {
			answer(l, id, signal.Refuse("malformed", "t", "the line has said hello"))
			continue
		}
		v.Do(id, c)
	}
}

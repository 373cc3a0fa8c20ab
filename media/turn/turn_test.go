package turn

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/stun/v3"
	"github.com/pion/turn/v5"
)

// port is a socket as the media's is.
type port struct{ *net.UDPConn }

func (p port) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	return p.ReadFromUDPAddrPort(b)
}

func (p port) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return p.WriteToUDPAddrPort(b, to)
}

// place is a relay with both its ports, beside a web server and what stands for ICE and media.
type place struct {
	relay *Server
	split *Split
	tcp   string
	udp   string
	// others has what belongs to no guest.
	others chan []byte

	mu  sync.Mutex
	now time.Time
}

func (p *place) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *place) later(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(d)
}

func newPlace(t testing.TB) *place {
	t.Helper()
	p := &place{now: time.Unix(1_800_000_000, 0)}
	p.relay = New(Config{Secret: []byte("secret"), Allocations: 2, Rate: 8_000_000, Now: p.clock})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.split, p.tcp = NewSplit(l, nil), l.Addr().String()
	if err := p.relay.Serve(p.split.Relay()); err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	p.udp = conn.LocalAddr().String()
	rest, err := p.relay.Share(port{conn})
	if err != nil {
		t.Fatal(err)
	}
	p.others = make(chan []byte, 100)
	go func() {
		for {
			b := make([]byte, 2000)
			n, _, err := rest.ReadFromAddrPort(b)
			if err != nil {
				return
			}
			p.others <- b[:n]
		}
	}()
	t.Cleanup(func() {
		p.relay.Close()
		conn.Close()
		p.split.Close()
	})
	return p
}

// echo stands for our media: it gives back what comes.
func (p *place) echo() {
	b := make([]byte, 2000)
	for {
		n, from, err := p.relay.Inside().ReadFromAddrPort(b)
		if err != nil {
			return
		}
		p.relay.Inside().Send(b[:n], from)
	}
}

var silent = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled, ScopeLevels: map[string]logging.LogLevel{}}

// guest connects as the library's client does.
func (p *place) guest(t testing.TB, network, name, password string) *turn.Client {
	t.Helper()
	var conn net.PacketConn
	server := p.udp
	if network == "tcp" {
		c, err := net.Dial("tcp", p.tcp)
		if err != nil {
			t.Fatal(err)
		}
		conn, server = turn.NewSTUNConn(c), p.tcp
	} else {
		c, err := net.ListenPacket("udp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		conn = c
	}
	t.Cleanup(func() { conn.Close() })
	c, err := turn.NewClient(&turn.ClientConfig{
		STUNServerAddr: server, TURNServerAddr: server, Conn: conn, Username: name, Password: password, Realm: Realm,
		RTO: 100 * time.Millisecond, LoggerFactory: silent,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if err := c.Listen(); err != nil {
		t.Fatal(err)
	}
	return c
}

// Who is known speaks to our media, by datagrams and by a stream, and gets all back as it was.
func TestThereAndBack(t *testing.T) {
	p := newPlace(t)
	go p.echo()
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			name, password := p.relay.Credentials("p1@demo", p.clock().Add(time.Minute))
			conn, err := p.guest(t, network, name, password).Allocate()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if ip := conn.LocalAddr().(*net.UDPAddr).IP; !ip.Equal(Address.Addr().AsSlice()) {
				t.Errorf("the relayed address %s is one that a network carries", ip)
			}
			for _, size := range []int{5, 6, 7, 100, 1200} {
				want := bytes.Repeat([]byte{byte(size)}, size)
				if _, err := conn.WriteTo(want, net.UDPAddrFromAddrPort(Address)); err != nil {
					t.Fatal(err)
				}
				got := make([]byte, 2000)
				_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
				n, from, err := conn.ReadFrom(got)
				if err != nil || !bytes.Equal(got[:n], want) || from.String() != Address.String() {
					t.Fatalf("%d bytes: %d from %v: %v", size, n, from, err)
				}
			}
		})
	}
}

func TestWhoIsRefused(t *testing.T) {
	p := newPlace(t)
	name, password := p.relay.Credentials("p1@demo", p.clock().Add(time.Minute))
	old, oldPassword := p.relay.Credentials("p1@demo", p.clock().Add(-time.Second))
	longer := strings.Replace(name, "1800000060", "1900000060", 1)
	for _, c := range []struct{ what, name, password string }{
		{"a stranger", "somebody", "guess"},
		{"a wrong password", name, "guess"},
		{"nobody's name", "", ""},
		{"expired credentials", old, oldPassword},
		{"an expiry that was moved", longer, password},
		{"another's name", strings.Replace(name, "p1", "p2", 1), password},
		{"a name without a user", strings.TrimSuffix(name, "p1@demo"), password},
	} {
		t.Run(c.what, func(t *testing.T) {
			for _, network := range []string{"udp", "tcp"} {
				if conn, err := p.guest(t, network, c.name, c.password).Allocate(); err == nil {
					conn.Close()
					t.Errorf("let in by %s", network)
				}
			}
		})
	}
	if n := p.relay.Stats.Opened.Load(); n != 0 {
		t.Errorf("%d relayed addresses were opened", n)
	}
	if p.relay.Stats.Refused.Load() == 0 {
		t.Error("nothing was counted as refused")
	}
}

// A relay leads to our own media and nowhere else: not to this machine, not to its neighbours, not to the world.
func TestForeignPeers(t *testing.T) {
	p := newPlace(t)
	victim, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer victim.Close()
	name, password := p.relay.Credentials("p1@demo", p.clock().Add(time.Minute))
	c := p.guest(t, "tcp", name, password)
	conn, err := c.Allocate()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, peer := range []string{victim.LocalAddr().String(), p.udp, "10.0.0.1:80", "169.254.169.254:80", "8.8.8.8:53", "192.0.0.9:34780"} {
		to, err := net.ResolveUDPAddr("udp4", peer)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.CreatePermission(to); err == nil {
			t.Errorf("%s is permitted", peer)
		}
	}
	// Permission is for an address without its port: other ports of ours lead nowhere either.
	if err := c.CreatePermission(net.UDPAddrFromAddrPort(Address)); err != nil {
		t.Fatal(err)
	}
	relay := &relay{stats: &p.relay.Stats, user: p.relay.users.enter("p2"), inside: p.relay.inside}
	before := p.relay.Stats.Refused.Load()
	for _, to := range []string{"192.0.0.8:80", victim.LocalAddr().String()} {
		a, _ := net.ResolveUDPAddr("udp4", to)
		if _, err := relay.WriteTo([]byte("x"), a); err == nil {
			t.Errorf("sent to %s", to)
		}
	}
	if p.relay.Stats.Refused.Load() != before+2 {
		t.Error("not counted")
	}
	if _, err := c.AllocateTCP(); err == nil {
		t.Error("a stream to peers was opened")
	}
	_ = victim.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := victim.Read(make([]byte, 100)); err == nil {
		t.Errorf("%d bytes arrived elsewhere", n)
	}
}

// What was opened with a good credential goes on after its end, for a webinar lasts longer than a ticket; nothing new
// is opened.
func TestWhatWasOpenedGoesOn(t *testing.T) {
	p := newPlace(t)
	go p.echo()
	name, password := p.relay.Credentials("p1@demo", p.clock().Add(time.Minute))
	c := p.guest(t, "udp", name, password)
	conn, err := c.Allocate()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	p.later(time.Hour)
	if err := c.CreatePermission(net.UDPAddrFromAddrPort(Address)); err != nil {
		t.Errorf("after the expiry: %v", err)
	}
	if _, err := p.guest(t, "udp", name, password).Allocate(); err == nil {
		t.Error("an expired credential opens something new")
	}
	p.later(goesOn)
	if err := c.CreatePermission(net.UDPAddrFromAddrPort(Address)); err == nil {
		t.Error("a credential never ends")
	}
}

func TestQuotas(t *testing.T) {
	p := newPlace(t)
	name, password := p.relay.Credentials("p1@demo", p.clock().Add(time.Minute))
	var held []net.PacketConn
	for range 2 {
		conn, err := p.guest(t, "tcp", name, password).Allocate()
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, conn)
	}
	if _, err := p.guest(t, "tcp", name, password).Allocate(); err == nil {
		t.Error("a third relayed address of one user")
	}
	other, otherPassword := p.relay.Credentials("p2@demo", p.clock().Add(time.Minute))
	if conn, err := p.guest(t, "udp", other, otherPassword).Allocate(); err != nil {
		t.Errorf("another user pays for the first: %v", err)
	} else {
		held = append(held, conn)
	}
	// A second's worth passes, the rest is lost: the clock of the test stands still.
	for range 1000 {
		_, _ = held[0].WriteTo(make([]byte, 1200), net.UDPAddrFromAddrPort(Address))
	}
	await(t, "all to be counted", func() bool {
		s := &p.relay.Stats
		return s.BytesIn.Load()/1200+s.Dropped.Load() >= 990
	})
	if in := p.relay.Stats.BytesIn.Load(); in > 1_000_000 || in < 500_000 {
		t.Errorf("%d bytes of a user passed in a second of 1 MB", in)
	}
	for _, conn := range held {
		conn.Close()
	}
	await(t, "all to be given back", func() bool { return p.relay.Stats.Allocations.Load() == 0 && p.relay.users.may("p1@demo") })
}

func await(t testing.TB, what string, is func() bool) {
	t.Helper()
	for range 1000 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("waited for %s in vain", what)
}

// A guest that closes its stream leaves nothing behind.
func TestAStreamThatEndsGivesAllBack(t *testing.T) {
	p := newPlace(t)
	name, password := p.relay.Credentials("p1@demo", p.clock().Add(time.Minute))
	c, err := net.Dial("tcp", p.tcp)
	if err != nil {
		t.Fatal(err)
	}
	client, err := turn.NewClient(&turn.ClientConfig{TURNServerAddr: p.tcp, Conn: turn.NewSTUNConn(c), Username: name, Password: password, Realm: Realm, LoggerFactory: silent})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Listen(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Allocate(); err != nil {
		t.Fatal(err)
	}
	c.Close()
	await(t, "the relayed address to be given back", func() bool { return p.relay.Stats.Allocations.Load() == 0 })
}

// Whatever is thrown at the shared port, pages are served and nothing hangs.
func TestMalformedBytesOnTheSharedPort(t *testing.T) {
	p := newPlace(t)
	web := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "a page") })}
	go func() { _ = web.Serve(p.split.Web()) }()
	defer web.Close()

	overflow := message(stun.MethodAllocate, 0xFFEC) // its length and a header's make zero in sixteen bits
	hostile := map[string][]byte{
		"a length that overflows":     overflow,
		"a length beyond all bounds":  message(stun.MethodAllocate, 0xFF00),
		"an odd length":               message(stun.MethodAllocate, 3),
		"another cookie":              append([]byte{0, 3, 0, 0, 1, 2, 3, 4}, make([]byte, 12)...),
		"zeros":                       make([]byte, 4096),
		"channel data of no channel":  append(message(stun.MethodAllocate, 0), 0x40, 1, 0xFF, 0xFF),
		"neither one nor the other":   append(message(stun.MethodAllocate, 0), bytes.Repeat([]byte{0xFF}, 100)...),
		"TLS where there is none":     {0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0},
		"one byte":                    {0},
		"a frame of ICE to nobody":    {0, 20, 0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
		"a request of another method": message(0x0FF, 0),
	}
	for what, b := range hostile {
		c, err := net.Dial("tcp", p.tcp)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.Write(b); err != nil {
			t.Fatal(what, err)
		}
	}
	res, err := http.Get("http://" + p.tcp)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if page, _ := io.ReadAll(res.Body); string(page) != "a page" {
		t.Errorf("the page is %q", page)
	}
	// What cannot be TURN is closed and not waited for.
	c, err := net.Dial("tcp", p.tcp)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, _ = c.Write(overflow)
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	if n, err := c.Read(make([]byte, 10)); n > 0 || err == nil || isTimeout(err) {
		t.Errorf("a length that overflows: %d bytes, %v", n, err)
	}
}

func isTimeout(err error) bool {
	e, ok := err.(net.Error) //nolint:errorlint // as the net package gives it
	return ok && e.Timeout()
}

// message is a STUN request's header with a length.
func message(method stun.Method, length uint16) []byte {
	b := make([]byte, 20)
	binary.BigEndian.PutUint16(b, stun.NewType(method, stun.ClassRequest).Value())
	binary.BigEndian.PutUint16(b[2:], length)
	binary.BigEndian.PutUint32(b[4:], cookie)
	return b
}

// Datagrams find their way on the shared port.
func TestWhoseDatagram(t *testing.T) {
	check := message(stun.MethodBinding, 0)
	answer := message(0, 0)
	binary.BigEndian.PutUint16(answer, stun.BindingSuccess.Value())
	for _, c := range []struct {
		what  string
		b     []byte
		guest bool
	}{
		{"a check of ICE", check, false},
		{"its answer", answer, false},
		{"a request for a relayed address", message(stun.MethodAllocate, 0), true},
		{"a permission", message(stun.MethodCreatePermission, 0), true},
		{"a channel", message(stun.MethodChannelBind, 0), true},
		{"channel data", []byte{0x40, 0, 0, 1, 7}, true},
		{"the last channel", []byte{0x4F, 0xFF, 0, 1, 7}, true},
		{"DTLS", []byte{22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, false},
		{"RTP", append([]byte{0x80, 96}, make([]byte, 40)...), false},
		{"RTCP", append([]byte{0x81, 201}, make([]byte, 40)...), false},
		{"another cookie", make([]byte, 30), false},
		{"nothing", nil, false},
	} {
		if got := isGuest(c.b); got != c.guest {
			t.Errorf("%s: %v", c.what, got)
		}
	}
	p := newPlace(t)
	c, err := net.Dial("udp4", p.udp)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, b := range [][]byte{message(stun.MethodAllocate, 0), check} {
		if _, err := c.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if b := <-p.others; !bytes.Equal(b, check) {
		t.Errorf("media reads %x", b)
	}
	b := make([]byte, 100)
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	n, err := c.Read(b)
	if m := (&stun.Message{Raw: b[:max(n, 0)]}); err != nil || m.Decode() != nil || m.Type.Method != stun.MethodAllocate {
		t.Errorf("the guest is answered %x, %v", b[:n], err)
	}
}

// Connections find their way on the shared port.
func TestWhoseConnection(t *testing.T) {
	framedCheck := append([]byte{0, 20}, message(stun.MethodBinding, 0)...)
	for _, c := range []struct {
		what string
		b    []byte
		is   kind
	}{
		{"a page is asked for", []byte("GET / HTTP/1.1\r\n"), spoken},
		{"other words", []byte("OPTIONS * HTTP/1.1\r\n"), spoken}, // the letters that channel data begins with
		{"a handshake", []byte{0x16, 3, 1, 2, 0}, secured},
		{"TURN", message(stun.MethodAllocate, 0), relayed},
		{"ICE in frames", framedCheck, framed},
		{"the beginning of either", framedCheck[:9], unsure},
		{"neither", make([]byte, 12), nothing},
		{"nothing", nil, nothing},
	} {
		if got := kindOf(c.b); got != c.is {
			t.Errorf("%s: %d, want %d", c.what, got, c.is)
		}
	}
}

func FuzzKindOf(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\n"))
	f.Add(message(stun.MethodAllocate, 8))
	f.Add(append([]byte{0, 20}, message(stun.MethodBinding, 0)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		k := kindOf(b)
		if k == unsure && len(b) >= enough {
			t.Fatalf("unsure of %x", b)
		}
		// What is told from a part is told from the whole.
		for i := range b {
			if part := kindOf(b[:i]); part != unsure && part != nothing && part != k {
				t.Fatalf("%x is %d, its beginning %d", b, k, part)
			}
		}
		if len(b) > 0 && b[0] > 3 && isGuest(b) && b[0]&0xF0 != 0x40 {
			t.Fatalf("%x is a guest's", b)
		}
	})
}

// Frames are cut as the library's own reader takes them: each is one message that it understands or refuses, never
// more than it reads at once.
func FuzzFrames(f *testing.F) {
	f.Add(append(message(stun.MethodAllocate, 0), 0x40, 0, 0, 1, 7, 0, 0, 0))
	f.Add(message(stun.MethodAllocate, 0xFFEC))
	f.Fuzz(func(t *testing.T, stream []byte) {
		from, b, total := bytes.NewReader(stream), make([]byte, 2000), 0
		for {
			n, err := readFrame(from, b)
			if err != nil {
				break
			}
			if n < 4 || n > maxFrame || n%4 != 0 {
				t.Fatalf("a frame of %d bytes", n)
			}
			if !bytes.Equal(b[:n], stream[total:total+n]) {
				t.Fatal("not what was sent")
			}
			if b[0] < 4 && !stun.IsMessage(b[:n]) {
				t.Fatalf("%x is no STUN", b[:n])
			}
			total += n
		}
		if total > len(stream) {
			t.Fatal("more than there was")
		}
	})
}

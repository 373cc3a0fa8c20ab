package turn

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what browsers and other relays compute
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/logging"
	"github.com/pion/stun/v3"
	"github.com/pion/turn/v5"
)

const (
	// Realm is told to guests.
	Realm = "mostik"
	// goesOn is how long after its expiry a credential may keep what it opened.
	goesOn = 24 * time.Hour
)

// Config is what a relay grants.
type Config struct {
	// Secret makes passwords out of names.
	Secret []byte
	// Allocations is how many relayed addresses one user may hold, Rate how many bits a second may pass for one user, in
	// both directions together.
	Allocations int
	Rate        int
	Now         func() time.Time
}

// Stats counts what the relay did, for metrics.
type Stats struct {
	// Allocations is how many relayed addresses there are now, Opened how many there were ever.
	Allocations atomic.Int64
	Opened      atomic.Uint64
	// BytesIn came from guests to our media, BytesOut went to guests.
	BytesIn, BytesOut atomic.Uint64
	// Dropped counts packets beyond a user's rate or a queue's length, Refused requests with wrong credentials, beyond
	// a quota, or for another peer.
	Dropped, Refused atomic.Uint64
}

// Server is the relay.
type Server struct {
	Stats  Stats
	inside *Inside
	config Config
	users  *users

	mu      sync.Mutex
	closers []io.Closer
}

// New makes a relay that nobody reaches yet: Share and Serve open it.
func New(c Config) *Server {
	return &Server{
		config: c, inside: newInside(),
		users: &users{allocations: c.Allocations, rate: float64(c.Rate) / 8, now: c.Now, all: map[string]*user{}},
	}
}

// Inside is the side that our media uses.
func (s *Server) Inside() *Inside { return s.inside }

// Credentials gives a user's name and password until a moment.
func (s *Server) Credentials(user string, until time.Time) (name, password string) {
	name = strconv.FormatInt(until.Unix(), 10) + ":" + user
	return name, s.password(name)
}

func (s *Server) password(name string) string {
	m := hmac.New(sha1.New, s.config.Secret)
	m.Write([]byte(name))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// know gives the user and the key behind a name.
func (s *Server) know(r *turn.RequestAttributes) (user string, key []byte, ok bool) {
	expiry, user, _ := strings.Cut(r.Username, ":")
	seconds, err := strconv.ParseInt(expiry, 10, 64)
	if err != nil || user == "" {
		s.Stats.Refused.Add(1)
		return "", nil, false
	}
	until := time.Unix(seconds, 0)
	if r.Method != stun.MethodAllocate {
		until = until.Add(goesOn)
	}
	if s.config.Now().After(until) {
		s.Stats.Refused.Add(1)
		return "", nil, false
	}
	return user, turn.GenerateAuthKey(r.Username, r.Realm, s.password(r.Username)), true
}

// Share takes guests' datagrams out of what comes to a socket. The result is the socket for everything else; closing
// it closes the socket.
func (s *Server) Share(conn Port) (*Rest, error) {
	rest, guests := share(conn)
	err := s.run(turn.ServerConfig{PacketConnConfigs: []turn.PacketConnConfig{{
		PacketConn: guests, RelayAddressGenerator: generator{s}, PermissionHandler: s.permits,
	}}}, nil)
	return rest, err
}

// Serve takes guests' streams from a listener until Close.
func (s *Server) Serve(l net.Listener) error {
	streams := newStreams(l)
	return s.run(turn.ServerConfig{ListenerConfigs: []turn.ListenerConfig{{
		Listener: streams, RelayAddressGenerator: generator{s}, PermissionHandler: s.permits,
	}}}, streams)
}

func (s *Server) run(c turn.ServerConfig, streams *streams) error {
	c.Realm, c.AuthHandler = Realm, s.know
	// Addresses of people are in what the library logs, and what matters is counted.
	c.LoggerFactory = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled, ScopeLevels: map[string]logging.LogLevel{}}
	// Inside there is one family, whichever the guest comes by (RFC 8656, 7.2: no word means IPv4).
	c.StrictAddressFamily = true
	c.QuotaHandler = func(user, _ string, _ net.Addr) bool {
		ok := s.users.may(user)
		if !ok {
			s.Stats.Refused.Add(1)
		}
		return ok
	}
	c.EventHandler.OnAuth = func(_, _ net.Addr, _, _, _, _ string, good bool) {
		if !good {
			s.Stats.Refused.Add(1)
		}
	}
	if streams != nil {
		c.EventHandler.OnAllocationCreated = func(from, _ net.Addr, _, _, _ string, _ net.Addr, _ int) { streams.welcome(from) }
	}
	server, err := turn.NewServer(c)
	if err != nil {
		return fmt.Errorf("opening the relay: %w", err)
	}
	s.mu.Lock()
	s.closers = append(s.closers, server)
	s.mu.Unlock()
	return nil
}

// permits tells whether a guest may speak to a peer.
func (s *Server) permits(_ net.Addr, peer net.IP) bool {
	ok := peer.Equal(Address.Addr().AsSlice())
	if !ok {
		s.Stats.Refused.Add(1)
	}
	return ok
}

// Close ends the relay and its ports.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.closers {
		_ = c.Close() // closing: nothing is left to do about it
	}
	s.closers = nil
	_ = s.inside.Close()
}

// generator opens relayed addresses.
type generator struct{ of *Server }

var (
	errQuota  = errors.New("the user holds too many relayed addresses")
	errStream = errors.New("streams are not relayed to peers")
)

func (generator) Validate() error { return nil }

func (g generator) AllocatePacketConn(c turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	if c.Network != "udp4" {
		return nil, nil, errPeer
	}
	u := g.of.users.enter(c.UserID)
	if u == nil {
		return nil, nil, errQuota
	}
	r, err := g.of.inside.open(u, &g.of.Stats)
	if err != nil {
		u.leave()
		return nil, nil, err
	}
	g.of.Stats.Allocations.Add(1)
	g.of.Stats.Opened.Add(1)
	return r, r.LocalAddr(), nil
}

func (generator) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errStream
}

func (generator) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errStream }

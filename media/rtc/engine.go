package rtc

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"

	"mostik/media/consent"
	"mostik/media/turn"
	"mostik/media/wire"
)

// Config is where the engine listens.
type Config struct {
	// UDP is the address of the one port for all peers, such as ":8189" or "127.0.0.1:0".
	UDP string
	// TCP is the address of the port for peers whose network lets no datagram through; "" for none.
	TCP string
	// Streams is such a port that is open already, shared with others; nil for none. TCP is not used then.
	Streams net.Listener
	// Relay serves peers whose network lets nothing but the web's port through; nil for none. The datagram ports are
	// shared with it.
	Relay *turn.Server
	// Public are addresses to offer in place of the machine's own, where it stands behind a translation.
	Public []netip.Addr
	// Patience is how long a peer may take from its offer until media flows, and how long one may be silent before its
	// session ends; 0 is half a minute.
	Patience time.Duration
	Log      *slog.Logger
}

// buffer is what is asked of the kernel for a socket, in bytes: a burst of a large room in one direction.
const buffer = 4 << 20

// Engine holds the sockets and the certificate that all sessions of a process share.
type Engine struct {
	Stats wire.Stats

	log         *slog.Logger
	sockets     []socket
	udp         ice.UDPMux
	tcp         ice.TCPMux
	loopback    bool
	public      []netip.Addr
	relay       *turn.Server
	port        uint16
	only        net.IP // the one address that is listened on, nil for all
	certificate tls.Certificate
	fingerprint string
	api         func() (*webrtc.API, error) // of one publication
	peers       webrtc.Configuration
	closers     []func() error
	patience    time.Duration
	consent     *consent.Keeper
	machine     machine
}

type socket struct {
	wire *wire.Socket
	port *wire.Port
	six  bool
}

// consentEvery is how often a peer is asked whether it still wants what is sent to it (RFC 7675, 5.1).
const consentEvery = 5 * time.Second

// NewEngine opens the ports.
func NewEngine(c Config) (e *Engine, err error) {
	e = &Engine{log: c.Log, public: c.Public, relay: c.Relay, patience: cmp.Or(c.Patience, 30*time.Second)}
	if e.log == nil {
		e.log = slog.Default()
	}
	e.consent = consent.New(min(consentEvery, e.patience/6), e.patience/3)
	defer func() {
		if err != nil {
			e.Close()
		}
	}()
	if err := e.identify(); err != nil {
		return nil, fmt.Errorf("making the certificate: %w", err)
	}
	if err := e.listen(c); err != nil {
		return nil, err
	}
	if err := e.receive(); err != nil {
		return nil, fmt.Errorf("setting up the receiving side: %w", err)
	}
	return e, nil
}

// listen opens the datagram ports, one for each family where the address leaves that open, and the stream one.
func (e *Engine) listen(c Config) error {
	host, port, err := net.SplitHostPort(c.UDP)
	if err != nil {
		return fmt.Errorf("reading the media address %q: %w", c.UDP, err)
	}
	if e.relay != nil && port == portText(turn.Address) {
		return fmt.Errorf("the media port may not be %s: the relay uses that number inside", port)
	}
	ip := net.ParseIP(host)
	e.loopback = ip != nil && ip.IsLoopback()
	families := []string{"udp4", "udp6"}
	if ip != nil && !ip.IsUnspecified() {
		e.only = ip
	}
	if ip != nil {
		families = families[:1]
		if ip.To4() == nil {
			families = []string{"udp6"}
		}
	}
	var muxes []ice.UDPMux
	for _, family := range families {
		address, err := net.ResolveUDPAddr(family, net.JoinHostPort(host, port))
		if err != nil {
			return fmt.Errorf("resolving the media address: %w", err)
		}
		conn, err := net.ListenUDP(family, address)
		if err != nil {
			if family == "udp6" && len(muxes) > 0 {
				e.log.Info("no IPv6 for media", "error", err)
				continue
			}
			return fmt.Errorf("opening the media port: %w", err)
		}
		_, port, _ = net.SplitHostPort(conn.LocalAddr().String()) // the second family on the same port
		e.port = conn.LocalAddr().(*net.UDPAddr).AddrPort().Port()
		_ = conn.SetReadBuffer(buffer) // as much as the system allows
		_ = conn.SetWriteBuffer(buffer)
		w, err := wire.NewSocket(conn)
		if err != nil {
			return fmt.Errorf("looking at the media socket: %w", err)
		}
		port, err := wire.NewPort(conn)
		if err != nil {
			return fmt.Errorf("looking at the media socket: %w", err)
		}
		shared, err := e.share(port)
		if err != nil {
			return err
		}
		mux := ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: shared, Logger: quiet{}})
		muxes = append(muxes, ofFamily{mux, family == "udp6"})
		e.sockets = append(e.sockets, socket{w, port, family == "udp6"})
		e.closers = append(e.closers, mux.Close, conn.Close)
		e.log.Info("media port", "address", conn.LocalAddr().String(), "many packets a message", w.Segmented())
	}
	if e.relay != nil {
		mux := ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: e.relay.Inside(), Logger: quiet{}})
		muxes = append(muxes, mux)
		e.closers = append(e.closers, mux.Close)
	}
	e.udp = ice.NewMultiUDPMuxDefault(muxes...)
	return e.stream(c)
}

// ofFamily is a port that names addresses of its own family alone. The library's names those of both where it listens
// on all, so that the other family's socket would be asked for connections whose packets never come to it.
type ofFamily struct {
	*ice.UDPMuxDefault
	six bool
}

func (f ofFamily) GetListenAddresses() []net.Addr {
	return slices.DeleteFunc(f.UDPMuxDefault.GetListenAddresses(), func(a net.Addr) bool {
		return (a.(*net.UDPAddr).IP.To4() == nil) != f.six
	})
}

// consenting is a datagram port without the checks that need nothing of ICE.
type consenting struct {
	*wire.Port
	keeper *consent.Keeper
}

// ReadFromAddrPort gives the next datagram for others.
func (c consenting) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	for {
		n, from, err := c.Port.ReadFromAddrPort(b)
		if err != nil || !c.keeper.Take(b[:n], from) {
			return n, from, err
		}
	}
}

// share lets the keeper of consent and the relay take what is meant for them out of what comes to a datagram port.
func (e *Engine) share(port *wire.Port) (net.PacketConn, error) {
	others := consenting{port, e.consent}
	if e.relay == nil {
		return others, nil
	}
	rest, err := e.relay.Share(others)
	if err != nil {
		return nil, fmt.Errorf("sharing the media port: %w", err)
	}
	return rest, nil
}

// stream opens the port for peers whose network lets no datagram through.
func (e *Engine) stream(c Config) error {
	l := c.Streams
	if l == nil && c.TCP != "" {
		var err error
		if l, err = net.Listen("tcp", c.TCP); err != nil {
			return fmt.Errorf("opening the media port for streams: %w", err)
		}
	}
	if l == nil {
		return nil
	}
	e.tcp = ice.NewTCPMuxDefault(ice.TCPMuxParams{
		Listener: l, ReadBufferSize: 8, WriteBufferSize: 1 << 20, Logger: quiet{}, AliveDurationForConnFromStun: 30 * time.Second,
	})
	e.closers = append(e.closers, e.tcp.Close)
	return nil
}

// Port is the number of the datagram port.
func (e *Engine) Port() uint16 { return e.port }

// near tells whether peers may be told of one of the machine's addresses: where one alone is listened on, of that one.
func (e *Engine) near(ip net.IP) bool { return e.only == nil || e.only.Equal(ip) }

// identify makes the certificate that DTLS shows: made for the process, known by its fingerprint alone.
func (e *Engine) identify() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "mostik"},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	leaf, err := x509.ParseCertificate(raw)
	if err != nil {
		return err
	}
	e.certificate = tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key, Leaf: leaf}
	sum := sha256.Sum256(raw)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	e.fingerprint = strings.Join(pairs, ":")
	e.peers.Certificates = []webrtc.Certificate{webrtc.CertificateFromX509(key, leaf)}
	return nil
}

// route gives the way to a peer at an address.
func (e *Engine) route(to netip.AddrPort) *wire.Route {
	if e.relayed(to) {
		return &wire.Route{Stream: func(b []byte) { e.relay.Inside().Send(b, to) }}
	}
	if s := e.socket(to); s != nil {
		return s.wire.To(to)
	}
	return nil
}

// relayed tells whether an address is one of our relay's.
func (e *Engine) relayed(to netip.AddrPort) bool { return e.relay != nil && e.relay.Inside().Holds(to) }

// socket gives the socket of an address's family, nil for none.
func (e *Engine) socket(to netip.AddrPort) *socket {
	six := to.Addr().Is6()
	for i := range e.sockets {
		if e.sockets[i].six == six {
			return &e.sockets[i]
		}
	}
	return nil
}

// Close closes the ports. Sessions end with them.
func (e *Engine) Close() {
	e.consent.Close()
	for _, c := range e.closers {
		_ = c() // closing: nothing is left to do about it
	}
}

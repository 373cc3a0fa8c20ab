package hook

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

// errPrivate says that an address is not one of the public network.
var errPrivate = errors.New("the address is not public")

// sendTime is how long a receiver may take.
const sendTime = 10 * time.Second

// guarded is a client for addresses that somebody typed. The address is looked at when the connection is made, after the
// name was resolved: a name that is public when it is checked and private when it is used gains nothing. Redirections
// are not followed, and no proxy is asked, which would connect on our behalf.
func (s *Service) guarded() *http.Client {
	dialer := &net.Dialer{Timeout: sendTime / 2}
	if !s.Private {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || !public(to.Addr()) || !publicPort(strconv.Itoa(int(to.Port()))) {
				return errPrivate
			}
			return nil
		}
	}
	return &http.Client{
		Timeout:       sendTime,
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: sendTime / 2, MaxResponseHeaderBytes: 64 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// special are networks that netip has no word for (IANA's registries of special-purpose addresses).
var special = func() (list []netip.Prefix) {
	for _, p := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
	} {
		list = append(list, netip.MustParsePrefix(p))
	}
	return list
}()

// worldwide is what of IPv6 is handed out as public: all forms in which an address of IPv4 can be written, but those of
// special, lie elsewhere.
var worldwide = netip.MustParsePrefix("2000::/3")

func public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.Zone() != "" || a.Is6() && !worldwide.Contains(a) {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// publicPort tells whether a port is one of the web: the others below 1024 are those of mail and of other services that a
// request could be made to speak to.
func publicPort(port string) bool {
	n, err := strconv.Atoi(port)
	return port == "" || port == "80" || port == "443" || err == nil && n >= 1024 && n < 1<<16
}

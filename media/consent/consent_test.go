package consent_test

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun/v3"

	"mostik/media/consent"
)

var (
	agreed = consent.Credentials{OurName: "ours", OurPassword: "our password, of some length", TheirName: "theirs", TheirPassword: "their password, of some length"}
	four   = netip.MustParseAddrPort("192.0.2.7:4711")
	six    = netip.MustParseAddrPort("[2001:db8::7]:4711")
)

const (
	priority = 12345
	never    = time.Hour
)

// kept is a keeper with one peer, and what goes to it.
func kept(t testing.TB, address netip.AddrPort, every, tell time.Duration) (*consent.Keeper, *consent.Peer, chan []byte) {
	t.Helper()
	k := consent.New(every, tell)
	t.Cleanup(k.Close)
	sent := make(chan []byte, 100)
	p := k.Keep(address, agreed, priority, func(b []byte) {
		select {
		case sent <- bytes.Clone(b):
		default:
		}
	})
	return k, p, sent
}

// check is what a peer asks, as pion writes it.
func check(t testing.TB, setters ...stun.Setter) *stun.Message {
	t.Helper()
	list := append([]stun.Setter{stun.TransactionID, stun.BindingRequest}, setters...)
	m, err := stun.Build(append(list, stun.NewShortTermIntegrity(agreed.OurPassword), stun.Fingerprint)...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// attribute is one without a meaning here.
type attribute struct {
	kind  stun.AttrType
	value []byte
}

func (a attribute) AddTo(m *stun.Message) error { m.Add(a.kind, a.value); return nil }

var (
	username    = stun.NewUsername(agreed.OurName + ":" + agreed.TheirName)
	controlling = attribute{stun.AttrICEControlling, make([]byte, 8)}
	rank        = attribute{stun.AttrPriority, []byte{0, 0, 1, 1}}
)

// told lets ICE see a first message of the peer, after which the keeper may have the others.
func told(t *testing.T, k *consent.Keeper, from netip.AddrPort) {
	t.Helper()
	if k.Take(check(t, username, controlling, rank).Raw, from) {
		t.Fatal("ICE does not see that the peer is there")
	}
}

// A check is answered as pion would, with the address that it came from.
func TestChecksAreAnswered(t *testing.T) {
	for _, from := range []netip.AddrPort{four, six} {
		k, p, sent := kept(t, from, never, never)
		told(t, k, from)
		if p.Heard().IsZero() {
			t.Error("what the peer said was not heard")
		}
		asked := check(t, username, controlling, rank, attribute{stun.AttrUseCandidate, nil}, attribute{0xC057, []byte{1, 2, 3}})
		if !k.Take(asked.Raw, from) {
			t.Fatal("an ordinary check was left to ICE")
		}
		got := &stun.Message{Raw: <-sent}
		if err := got.Decode(); err != nil {
			t.Fatal(err)
		}
		var mapped stun.XORMappedAddress
		if err := mapped.GetFrom(got); err != nil {
			t.Fatal(err)
		}
		ip, _ := netip.AddrFromSlice(mapped.IP)
		if got.Type != stun.BindingSuccess || got.TransactionID != asked.TransactionID || netip.AddrPortFrom(ip.Unmap(), uint16(mapped.Port)) != from {
			t.Errorf("%v from %v", got, mapped)
		}
		if err := stun.NewShortTermIntegrity(agreed.OurPassword).Check(got); err != nil {
			t.Error(err)
		}
		if err := stun.Fingerprint.Check(got); err != nil {
			t.Error(err)
		}
	}
}

// What is not ordinary goes on to ICE, and nothing is said to it here.
func TestOthersAreLeftToICE(t *testing.T) {
	k, _, sent := kept(t, four, never, never)
	told(t, k, four)
	forged := check(t, username, controlling, rank).Raw
	forged[8] ^= 1
	other, err := stun.Build(stun.TransactionID, stun.BindingRequest, username, stun.NewShortTermIntegrity("another password"), stun.Fingerprint)
	if err != nil {
		t.Fatal(err)
	}
	unproved, err := stun.Build(stun.TransactionID, stun.BindingRequest, username, stun.Fingerprint)
	if err != nil {
		t.Fatal(err)
	}
	whole := check(t, username, controlling, rank).Raw
	for name, b := range map[string][]byte{
		"forged": forged, "of another password": other.Raw, "without a proof": unproved.Raw, "cut": whole[:len(whole)-4], "longer": append(bytes.Clone(whole), 0, 0, 0, 0),
		"of another name": check(t, stun.NewUsername("ours:another")).Raw, "without a name": check(t, controlling).Raw,
		"of who is controlled":         check(t, username, attribute{stun.AttrICEControlled, make([]byte, 8)}).Raw,
		"with what must be understood": check(t, username, attribute{0x0077, nil}).Raw,
		"an indication":                check(t, username, stun.NewType(stun.MethodBinding, stun.ClassIndication)).Raw, "sound": {0x80, 111, 0, 1}, "empty": {},
	} {
		if k.Take(b, four) {
			t.Errorf("a check that is %s was taken", name)
		}
	}
	if k.Take(whole, six) {
		t.Error("a check from another address was taken")
	}
	if len(sent) > 0 {
		t.Error("something was said")
	}
}

// Peers are asked again and again; an answer is taken once, and ICE sees one when its time has come.
func TestPeersAreAsked(t *testing.T) {
	const tell = 200 * time.Millisecond
	k, p, sent := kept(t, four, 50*time.Millisecond, tell)
	taken, seen, last := 0, 0, time.Time{}
	ids := map[[stun.TransactionIDSize]byte]bool{}
	for taken < 10 || seen < 2 {
		var raw []byte
		select {
		case raw = <-sent:
		case <-time.After(10 * time.Second):
			t.Fatal("the peer is asked no more")
		}
		m := &stun.Message{Raw: raw}
		if err := m.Decode(); err != nil {
			t.Fatal(err)
		}
		name, err := m.Get(stun.AttrUsername)
		if err != nil || string(name) != agreed.TheirName+":"+agreed.OurName || m.Type != stun.BindingRequest || ids[m.TransactionID] {
			t.Fatalf("%v", m)
		}
		ids[m.TransactionID] = true
		if got, err := m.Get(stun.AttrPriority); err != nil || binary.BigEndian.Uint32(got) != priority {
			t.Fatalf("%v", m)
		}
		for _, c := range []stun.Checker{stun.NewShortTermIntegrity(agreed.TheirPassword), stun.Fingerprint} {
			if err := m.Check(c); err != nil {
				t.Fatal(err)
			}
		}
		reply := func(password string) *stun.Message {
			m, err := stun.Build(m, stun.BindingSuccess, &stun.XORMappedAddress{IP: []byte{192, 0, 2, 1}, Port: 1}, stun.NewShortTermIntegrity(password), stun.Fingerprint)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		if k.Take(reply(agreed.OurPassword).Raw, four) {
			t.Fatal("a forged answer was taken")
		}
		before, right := p.Heard(), reply(agreed.TheirPassword).Raw
		if k.Take(right, four) {
			taken++
		} else {
			if seen++; seen > 1 && time.Since(last) < tell {
				t.Errorf("ICE was told after %v", time.Since(last))
			}
			last = time.Now()
		}
		if !p.Heard().After(before) {
			t.Error("an answer was not heard")
		}
		if k.Take(right, four) {
			t.Error("an answer was taken twice")
		}
	}
}

// Who has gone is neither asked nor heard.
func TestEnd(t *testing.T) {
	k, p, sent := kept(t, four, 50*time.Millisecond, never)
	told(t, k, four)
	again := k.Keep(four, agreed, priority, func([]byte) {}) // as after a restart
	p.End()
	if k.Take(check(t, username, controlling, rank).Raw, four) {
		t.Error("ICE did not see the new one")
	}
	if !k.Take(check(t, username, controlling, rank).Raw, four) {
		t.Error("the end of the old one ended the new one")
	}
	again.End()
	if k.Take(check(t, username, controlling, rank).Raw, four) {
		t.Error("who has gone is heard")
	}
	for len(sent) > 0 {
		<-sent
	}
	select {
	case <-sent:
		t.Error("who has gone is asked")
	case <-time.After(200 * time.Millisecond):
	}
}

func FuzzTake(f *testing.F) {
	f.Add(check(f, username, controlling, rank).Raw)
	f.Add(check(f, stun.NewUsername("")).Raw)
	f.Add([]byte{1, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	k := consent.New(time.Hour, time.Hour)
	f.Cleanup(k.Close)
	k.Keep(four, agreed, priority, func([]byte) {})
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		taken := k.Take(b, four)
		if !bytes.Equal(before, b) {
			t.Error("the datagram was changed, which others read")
		}
		if !taken {
			return
		}
		m := &stun.Message{Raw: b}
		if err := m.Decode(); err != nil {
			t.Errorf("what pion cannot read was taken: %v", err)
		}
		if err := stun.NewShortTermIntegrity(agreed.OurPassword).Check(m); err != nil {
			t.Errorf("what pion does not believe was taken: %v", err)
		}
	})
}

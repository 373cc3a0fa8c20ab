package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// limitCommand measures what no server can go below: sealing and sending the stream of `live`, and nothing else.
const limitCommand = "limit"

// limitReaders is how the program calls itself to receive, in a process of its own as the load of `live` is.
const limitReaders = "limit-readers"

// limitBurst is how many peers' messages one system call takes: enough to share its cost, few enough for the cache.
const limitBurst = 32

// limitFigures is what a run prints.
type limitFigures struct {
	Peers              int     `json:"peers"`
	Seconds            float64 `json:"seconds"`
	Sent               uint64  `json:"sent_packets"`
	Received           uint64  `json:"received_packets"`
	Loss               float64 `json:"loss"`
	CPU                float64 `json:"cpu_s"`
	MicrosecondsPacket float64 `json:"cpu_us_per_packet"`
	Sealing            float64 `json:"sealing_us_per_packet"`
	Segmented          bool    `json:"many_packets_a_message"`
}

type limitOptions struct{ peers, seconds, cpu, load int }

func runLimit(args []string) error {
	var o limitOptions
	flags := flag.NewFlagSet("mostik-bench limit", flag.ExitOnError)
	flags.IntVar(&o.peers, "peers", 200, "sockets that receive")
	flags.IntVar(&o.seconds, "seconds", 5, "how long to measure")
	flags.IntVar(&o.cpu, "server-cpu", 0, "the processor that sends; -1 for any")
	flags.IntVar(&o.load, "load-cpu", 1, "the processor that receives; -1 for any")
	_ = flags.Parse(args)
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(o.seconds)*time.Second+time.Minute)
	defer cancel()
	f, err := measureLimit(ctx, o)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(f)
}

// readLimit is the receiving process: it opens sockets, prints their ports, counts what comes until its input ends,
// and prints the count.
func readLimit(args []string) error {
	var peers, cpu int
	flags := flag.NewFlagSet(limitReaders, flag.ExitOnError)
	flags.IntVar(&peers, "peers", 200, "")
	flags.IntVar(&cpu, "cpu", -1, "")
	_ = flags.Parse(args)
	if cpu >= 0 && runtime.NumCPU() > cpu {
		if err := pin(0, cpu); err != nil {
			return err
		}
		runtime.GOMAXPROCS(1)
	}
	var received atomic.Uint64
	for range peers {
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			return err
		}
		_ = conn.SetReadBuffer(1 << 20)
		go func() {
			buf := make([]byte, 2000)
			for {
				if _, _, err := conn.ReadFromUDPAddrPort(buf); err != nil {
					return
				}
				received.Add(1)
			}
		}()
		fmt.Println(conn.LocalAddr().(*net.UDPAddr).Port)
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	_, err := fmt.Println(received.Load())
	return err
}

func measureLimit(ctx context.Context, o limitOptions) (f limitFigures, err error) {
	self, err := os.Executable()
	if err != nil {
		return f, err
	}
	readers := exec.CommandContext(ctx, self, limitReaders, "-peers", fmt.Sprint(o.peers), "-cpu", fmt.Sprint(o.load))
	readers.SysProcAttr, readers.Stderr = withUs(), os.Stderr
	over, err := readers.StdinPipe()
	if err != nil {
		return f, err
	}
	said, err := readers.StdoutPipe()
	if err != nil {
		return f, err
	}
	if err := readers.Start(); err != nil {
		return f, err
	}
	defer func() { _ = readers.Wait() }() // its count is all that matters
	defer over.Close()
	lines := bufio.NewReader(said)
	s, err := newSealer(o.peers, lines)
	if err != nil {
		return f, err
	}
	defer s.close()
	runtime.LockOSThread() // never unlocked: the thread keeps its processor and ends with the program
	if o.cpu >= 0 && runtime.NumCPU() > o.cpu {
		var set unix.CPUSet
		set.Set(o.cpu)
		if err := unix.SchedSetaffinity(0, &set); err != nil {
			return f, err
		}
	}
	if err := s.run(time.Duration(o.seconds)*time.Second, &f); err != nil {
		return f, err
	}
	time.Sleep(200 * time.Millisecond) // what is under way arrives
	over.Close()
	if _, err := fmt.Fscan(lines, &f.Received); err != nil {
		return f, fmt.Errorf("reading what arrived: %w", err)
	}
	f.Peers, f.Segmented = o.peers, s.segmented
	f.Loss = max(0, 1-float64(f.Received)/float64(max(1, f.Sent)))
	f.MicrosecondsPacket = f.CPU * 1e6 / float64(max(1, f.Sent))
	f.Sealing /= float64(max(1, f.Sent))
	return f, nil
}

// sealer seals and sends: a key a peer, a slab, and the structures of the kernel.
type sealer struct {
	fd        int
	segmented bool
	aeads     []cipher.AEAD
	addresses []unix.RawSockaddrInet4
	number    uint64
	voice     []byte
	frame     [][]byte

	slab     []byte
	headers  []sendHeader
	vectors  []unix.Iovec
	controls []sendControl
}

// sendHeader is struct mmsghdr of sendmmsg(2), sendControl a control message with the size of a segment.
type sendHeader struct {
	header unix.Msghdr
	sent   uint32
	_      [4]byte
}

type sendControl struct {
	header unix.Cmsghdr
	size   uint16
	_      [6]byte
}

const (
	rtpHeader = 12
	gcmTag    = 16
)

func newSealer(peers int, ports io.Reader) (*sealer, error) {
	s := &sealer{voice: make([]byte, voiceBytes)}
	for left := frameBytes; left > 0; left -= payloadSize {
		s.frame = append(s.frame, make([]byte, min(left, payloadSize)))
	}
	for i := range peers {
		var port uint16
		if _, err := fmt.Fscan(ports, &port); err != nil {
			return nil, fmt.Errorf("reading a port: %w", err)
		}
		a := unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: [4]byte{127, 0, 0, 1}}
		binary.BigEndian.PutUint16((*[2]byte)(unsafe.Pointer(&a.Port))[:], port)
		s.addresses = append(s.addresses, a)
		block, err := aes.NewCipher(bytes.Repeat([]byte{byte(i)}, 16))
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		s.aeads = append(s.aeads, aead)
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, 4<<20) // as much as the system allows
	_, probe := unix.GetsockoptInt(fd, unix.SOL_UDP, unix.UDP_SEGMENT)
	s.fd, s.segmented = fd, probe == nil
	s.slab = make([]byte, limitBurst*(frameBytes+(len(s.frame)+1)*(rtpHeader+gcmTag)))
	most := limitBurst * len(s.frame) // without segments each packet is a message
	s.headers, s.vectors, s.controls = make([]sendHeader, most), make([]unix.Iovec, most), make([]sendControl, most)
	return s, nil
}

func (s *sealer) close() { _ = unix.Close(s.fd) }

// run sends pictures and sound at their pace and fills in what that took of the thread.
func (s *sealer) run(long time.Duration, f *limitFigures) error {
	begin, cpu := time.Now(), clock(unix.CLOCK_THREAD_CPUTIME_ID)
	frames, voices := 0, 0
	for {
		now := time.Since(begin)
		if now >= long {
			break
		}
		if now >= time.Duration(frames)*time.Second/frameRate {
			frames++
			if err := s.send(s.frame, f); err != nil {
				return err
			}
		}
		if now >= time.Duration(voices)*voiceEvery {
			voices++
			if err := s.send([][]byte{s.voice}, f); err != nil {
				return err
			}
		}
		next := min(time.Duration(frames)*time.Second/frameRate, time.Duration(voices)*voiceEvery)
		if wait := next - time.Since(begin); wait > 0 {
			t := unix.NsecToTimespec(int64(wait))
			_ = unix.Nanosleep(&t, nil) // the thread's own sleep: Go's timers would be another thread's work
		}
	}
	f.Seconds, f.CPU = time.Since(begin).Seconds(), (clock(unix.CLOCK_THREAD_CPUTIME_ID) - cpu).Seconds()
	return nil
}

func clock(id int32) time.Duration {
	var t unix.Timespec
	_ = unix.ClockGettime(id, &t)
	return time.Duration(t.Nano())
}

// send seals payloads for every peer and sends them in bursts.
func (s *sealer) send(payloads [][]byte, f *limitFigures) error {
	s.number += uint64(len(payloads)) //nolint:gosec // a count
	for from := 0; from < len(s.addresses); from += limitBurst {
		to := min(from+limitBurst, len(s.addresses))
		before := clock(unix.CLOCK_THREAD_CPUTIME_ID)
		messages := s.seal(payloads, from, to)
		f.Sealing += float64((clock(unix.CLOCK_THREAD_CPUTIME_ID) - before).Nanoseconds()) / 1000
		if err := s.flush(messages); err != nil {
			return err
		}
		f.Sent += uint64((to - from) * len(payloads)) //nolint:gosec // a count
	}
	return nil
}

// seal fills the slab for some peers and gives how many messages lie in it.
func (s *sealer) seal(payloads [][]byte, from, to int) (messages int) {
	used := 0
	var nonce [12]byte
	for peer := from; peer < to; peer++ {
		first := used
		for i, payload := range payloads {
			number := s.number + uint64(i) //nolint:gosec // a count
			b := s.slab[used:]
			b[0], b[1] = 2<<6, 96
			binary.BigEndian.PutUint16(b[2:], uint16(number)) //nolint:gosec // the low bits
			binary.BigEndian.PutUint64(nonce[4:], number)
			copy(b[rtpHeader:], payload)
			s.aeads[peer].Seal(b[rtpHeader:rtpHeader], nonce[:], b[rtpHeader:rtpHeader+len(payload)], b[:rtpHeader])
			size := rtpHeader + len(payload) + gcmTag
			used += size
			if !s.segmented {
				s.message(messages, peer, used-size, used, 0)
				messages++
			}
		}
		if s.segmented {
			segment := rtpHeader + len(payloads[0]) + gcmTag
			if len(payloads) == 1 {
				segment = 0
			}
			s.message(messages, peer, first, used, segment)
			messages++
		}
	}
	return messages
}

func (s *sealer) message(i, peer, from, to, segment int) {
	s.vectors[i] = unix.Iovec{Base: &s.slab[from]}
	s.vectors[i].SetLen(to - from)
	h := &s.headers[i].header
	*h = unix.Msghdr{Name: (*byte)(unsafe.Pointer(&s.addresses[peer])), Namelen: unix.SizeofSockaddrInet4, Iov: &s.vectors[i], Iovlen: 1}
	if segment == 0 {
		return
	}
	c := &s.controls[i]
	c.header.Level, c.header.Type = unix.SOL_UDP, unix.UDP_SEGMENT
	c.header.SetLen(unix.CmsgLen(2))
	c.size = uint16(segment) //nolint:gosec // below a packet's size
	h.Control = (*byte)(unsafe.Pointer(c))
	h.SetControllen(unix.CmsgSpace(2))
}

func (s *sealer) flush(messages int) error {
	for done := 0; done < messages; {
		n, _, e := unix.Syscall6(unix.SYS_SENDMMSG, uintptr(s.fd), uintptr(unsafe.Pointer(&s.headers[done])), uintptr(messages-done), 0, 0, 0)
		switch {
		case e == 0:
			done += int(n) //nolint:gosec // at most messages
		case !errors.Is(e, unix.EINTR):
			return fmt.Errorf("sending: %w", e)
		}
	}
	return nil
}

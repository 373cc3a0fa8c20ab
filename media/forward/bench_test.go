package forward_test

import (
	"syscall"
	"testing"
	"time"

	"mostik/media"
	"mostik/media/forward"
	"mostik/media/wire"
)

// benchmarked is how many watch in a benchmark: more than a processor's second cache holds the state of.
const benchmarked = 200

// BenchmarkPicture forwards pictures of five packets; an operation is a packet to one viewer, the kernel's part included.
func BenchmarkPicture(b *testing.B) { benchmark(b, media.VP8, picture(false, 5)) }

// BenchmarkVoice forwards packets of sound.
func BenchmarkVoice(b *testing.B) { benchmark(b, media.Opus, [][]byte{make([]byte, 80)}) }

func benchmark(b *testing.B, codec media.Codec, payloads [][]byte) {
	var stats wire.Stats
	f := forward.NewFan(&stats)
	defer f.Close()
	from, listen := sockets(b)
	track := forward.NewTrack("track", codec)
	stream := track.Add(0, func() {})
	for range benchmarked {
		conn := listen()
		_ = conn.SetReadBuffer(1) // nobody reads: what arrives is let fall at once
		watch(b, f, from, conn, track, typeAgain)
	}
	seq, at := uint16(0), uint32(0)
	send := func(payloads [][]byte) {
		at += 3000
		for i, p := range payloads {
			seq++
			stream.Write(packet(b, seq, at, i == len(payloads)-1, p))
		}
		in(f, func() {})
	}
	send(picture(true, 5)[:len(payloads)])
	user, kernel := used(b)
	b.ResetTimer()
	n := 0
	for n < b.N {
		send(payloads)
		n += benchmarked * len(payloads)
	}
	userThen, kernelThen := used(b)
	b.ReportMetric(float64(userThen-user)/float64(n), "user-ns/op")
	b.ReportMetric(float64(kernelThen-kernel)/float64(n), "kernel-ns/op")
}

// used is the processor time of this process so far, without that of others on the machine.
func used(b *testing.B) (user, kernel time.Duration) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano()), time.Duration(u.Stime.Nano())
}

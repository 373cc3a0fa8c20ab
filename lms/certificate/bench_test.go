package certificate_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/certificate"
)

// cpu is what this process has used, in user and system mode.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkSeal is the claim, its canonical bytes and the signature.
func BenchmarkSeal(b *testing.B) {
	h := newBench(b)
	expires := certificate.DateOf(h.Start.AddDate(3, 0, 0))
	claim := certificate.Claim{Serial: certificate.NewSerial(), Holder: "Әйгерім Қуанышқызы Ғабитова", HolderLatin: "Aigerim Gabitova", Programme: "Выявление торговли людьми", ProgrammeKey: "trafficking", Hours: "24", IssuedOn: certificate.DateOf(h.Start), ExpiresOn: &expires, Issuer: "A network", Language: "ru"}
	before := cpu(b)
	for b.Loop() {
		if _, err := certificate.Seal(claim, h.Keys.Sealing); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpu(b)-before)/float64(b.N)/1e6, "cpu-ms/op")
}

// BenchmarkIssue is all of a batch's work for one certificate in this process: rule's stand-in, claim, seal, row, event.
func BenchmarkIssue(b *testing.B) {
	h := newBench(b).withBlobs()
	programme := h.many(1000)
	admin := h.may(lms.Admin, lms.AllGround())
	for b.Loop() {
		b.StopTimer()
		h.Exec(`DELETE FROM certificate_batches`)
		h.Exec(`DELETE FROM certificates`)
		h.Exec(`UPDATE participations SET state = 'passed'`)
		started, err := h.StartIssue(b.Context(), admin, certificate.Selection{Programme: programme})
		if err != nil {
			b.Fatal(err)
		}
		before := cpu(b)
		b.StartTimer()
		if err := h.DoBatch(b.Context(), started.ID); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		b.ReportMetric(float64(cpu(b)-before)/1000/1e6, "cpu-ms/certificate")
		b.StartTimer()
	}
}

// BenchmarkZip draws the papers of a thousand into one file.
func BenchmarkZip(b *testing.B) {
	h := newBench(b).withBlobs()
	programme, version := h.programme("zip", "")
	for i := range 1000 {
		h.issue(h.passed(programme, version, "KZ", fmt.Sprintf("Given%d", i)))
	}
	admin := h.may(lms.Admin, lms.AllGround())
	for b.Loop() {
		before := cpu(b)
		if got := h.zipped(admin, programme); got.Done != 1000 {
			b.Fatalf("%+v", got)
		} else {
			b.ReportMetric(float64(got.Bytes)/1e6, "MB")
		}
		b.ReportMetric(float64(cpu(b)-before)/1000/1e6, "cpu-ms/paper")
	}
}

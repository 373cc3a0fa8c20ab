package rtc

import (
	"time"

	"github.com/pion/rtcp"

	"mostik/media/estimate"
)

// maxArrivals bounds what one report tells: more than a second of a large meeting.
const maxArrivals = 2048

// arrivals reads a transport-wide report. Its clock is the receiver's own.
func arrivals(f *rtcp.TransportLayerCC) []estimate.Arrival {
	count := min(int(f.PacketStatusCount), maxArrivals)
	list := make([]estimate.Arrival, 0, count)
	at := int64(f.ReferenceTime) * int64(64*time.Millisecond)
	deltas := f.RecvDeltas
	seq := f.BaseSequenceNumber
	add := func(symbol uint16) {
		if len(list) == count {
			return
		}
		a := estimate.Arrival{Seq: seq, At: -1}
		received := symbol == rtcp.TypeTCCPacketReceivedSmallDelta || symbol == rtcp.TypeTCCPacketReceivedLargeDelta
		if received && len(deltas) > 0 {
			at += deltas[0].Delta * int64(time.Microsecond)
			a.At, deltas = at, deltas[1:]
		}
		list = append(list, a)
		seq++
	}
	for _, chunk := range f.PacketChunks {
		switch c := chunk.(type) {
		case *rtcp.RunLengthChunk:
			for range c.RunLength {
				add(c.PacketStatusSymbol)
			}
		case *rtcp.StatusVectorChunk:
			for _, symbol := range c.SymbolList {
				add(symbol)
			}
		}
	}
	return list
}

// Package forward takes packets from those who publish to those who watch. A Track is published, as one Stream or
// as up to three of a simulcast; a Slot is a place of a play session that shows a track; a Fan is the goroutine
// that serves some sessions and owns all of their state, so that a packet's way needs no lock but that of its
// own stream.
package forward

// Package rtc is the edge of the media plane: WebRTC sessions that publish and that play, each made by one offer
// and one answer (docs/live.md). It turns what arrives into tracks of package forward and gives sessions of
// package forward a peer to send to.
package rtc

// Package wire is the sending side by hand: it writes RTP headers and seals payloads (SRTP, RFC 3711 and 7714)
// straight into the buffer that is sent, and sends what belongs to one frame and one peer as one message (UDP
// segmentation offload), many messages by one system call. Where the kernel has neither it sends packet by packet.
//
// Sending is most of what a media server does: a plain chain of libraries spends three times as much a packet
// (docs/measurements.md).
package wire

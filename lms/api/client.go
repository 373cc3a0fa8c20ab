package api

import (
	"context"
	"net/netip"

	"github.com/gofiber/fiber/v2"
)

// client is what a sign-in may know of where it comes from.
type client struct {
	// address is the peer's, or what a trusted proxy says of it.
	address netip.Addr
	// device is the cookie of a device on which somebody signed in before.
	device string
}

func withClient(ctx context.Context, c *fiber.Ctx) context.Context {
	return context.WithValue(ctx, clientKey, client{address: AddressOf(c), device: c.Cookies(DeviceCookie)})
}

// AddressOf is where a request comes from, for limits. Peers that cannot be told share one address.
func AddressOf(c *fiber.Ctx) netip.Addr {
	addr, err := netip.ParseAddr(c.IP())
	if err != nil {
		return netip.IPv4Unspecified()
	}
	return addr.Unmap()
}

func clientOf(ctx context.Context) client {
	c, _ := ctx.Value(clientKey).(client)
	return c
}

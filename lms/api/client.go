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
	addr, err := netip.ParseAddr(c.IP())
	if err != nil {
		addr = netip.IPv4Unspecified() // unknown peers share one budget
	}
	return context.WithValue(ctx, clientKey, client{address: addr.Unmap(), device: c.Cookies(DeviceCookie)})
}

func clientOf(ctx context.Context) client {
	c, _ := ctx.Value(clientKey).(client)
	return c
}

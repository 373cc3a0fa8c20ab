package api

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/lms/account"
)

// The cookies. All are HttpOnly and SameSite=Lax: a link from a mail opens the page signed in, and unsafe
// methods are held to the same-origin rule besides.
const (
	AccessCookie  = "mostik_access"
	RefreshCookie = "mostik_refresh"
	// DeviceCookie names a device on which the person signed in before; it only chooses whose budget of
	// wrong passwords a try is counted on.
	DeviceCookie = "mostik_device"
	// GuestCookie names a browser in which a guest entered a webinar, so that a host can keep them out; it tells nothing
	// else of them, and lasts some days.
	GuestCookie = "mostik_guest"
)

// SetSession writes the cookies of a session. Secure is off only where the site is served without TLS.
func SetSession(c *fiber.Ctx, t account.Tokens, secure bool) {
	setCookie(c, AccessCookie, t.Access, t.ExpiresAt, secure)
	setCookie(c, RefreshCookie, t.Refresh, t.RefreshExpiresAt, secure)
	if t.Device != "" {
		setCookie(c, DeviceCookie, t.Device, t.DeviceExpiresAt, secure)
	}
}

// ClearSession takes the session's cookies back. The device stays known.
func ClearSession(c *fiber.Ctx, secure bool) {
	past := time.Unix(0, 0)
	setCookie(c, AccessCookie, "", past, secure)
	setCookie(c, RefreshCookie, "", past, secure)
}

func setCookie(c *fiber.Ctx, name, value string, until time.Time, secure bool) {
	c.Cookie(&fiber.Cookie{
		Name: name, Value: value, Path: "/", Expires: until, HTTPOnly: true, Secure: secure,
		SameSite: fiber.CookieSameSiteLaxMode,
	})
}

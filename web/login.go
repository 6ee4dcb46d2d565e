package web

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/web/client"
)

// LoginLink makes a link that logs one browser in, once, within ten minutes. It
// is the page's URL without a key if the server has no token.
func (s *Server) LoginLink() string {
	page := strings.TrimSuffix(s.pageURL(), "/")
	if s.opt.Token == "" {
		return page + "/"
	}
	return page + "/login?key=" + url.QueryEscape(s.links.issue(s.now()))
}

// postLink makes a login link. A session cannot make a further one: only who
// has the token may let another browser in.
func (s *Server) postLink(c *fiber.Ctx) error {
	if c.Context().UserValue(bearerKey) == nil {
		return withHint(problem(403, "bearer", "token is needed", "a session cannot make login links"), loginHint)
	}
	if err := readEmpty(c); err != nil {
		return err
	}
	return sendJSON(c, 201, client.Link{URL: s.LoginLink()})
}

// getLogin turns a one-time key into a session cookie, and goes on to the
// address of the page that to names.
func (s *Server) getLogin(c *fiber.Ctx) error {
	good := s.links.redeem(c.Query("key"), s.now())
	if !good && s.opt.Token != "" && !s.hasSession(c.Context()) {
		if !s.failures.allow(s.now()) {
			return problem(429, "too-many", "too many wrong login keys", "wait a moment before the next try")
		}
		if strings.Contains(c.Get("Accept"), "text/html") {
			// The page says what to do without a session, and better than a problem can.
			return goTo(c, landing(c.Query("to")))
		}
		return withHint(problem(401, "login", "login link is not valid", "it was used before, or is older than ten minutes"),
			"run `boathook open` for a new one")
	}
	if good {
		c.Cookie(&fiber.Cookie{
			Name: s.sessions.cookie, Value: s.sessions.open(s.now()), Path: "/", HTTPOnly: true,
			SameSite: fiber.CookieSameSiteStrictMode, MaxAge: int(sessionAge.Seconds()),
		})
	}
	return goTo(c, landing(c.Query("to")))
}

func goTo(c *fiber.Ctx, path string) error {
	c.Set("Cache-Control", "no-store")
	c.Set("Location", path)
	return c.SendStatus(303)
}

// landing is an address of the page, the list unless to is one. Nothing else is
// ever redirected to.
func landing(to string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-"
	if strings.Trim(to, plain) == "" && isShell(to) {
		return to
	}
	return "/live"
}

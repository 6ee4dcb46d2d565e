package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/boathook/boathook/web/client"
)

// NewToken makes a token of 256 random bits, 43 characters long.
func NewToken() string {
	var b [32]byte
	rand.Read(b[:]) //nolint:errcheck // it ends the process rather than return an error
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// bearerKey marks, in the values of a request, that its sender showed the token
// itself and not only a session.
const bearerKey = "boathook.bearer"

// authenticate demands the token, or a session that was opened with a login
// link. A token that is shown must be right even if there is a session too.
func (s *Server) authenticate(ctx *fasthttp.RequestCtx) *client.Problem {
	if s.opt.Token == "" {
		ctx.SetUserValue(bearerKey, true)
		return nil
	}
	shown := ctx.Request.Header.PeekAll("Authorization")
	if len(shown) == 0 {
		if s.hasSession(ctx) {
			return nil
		}
		return withHint(problem(401, "login", "not logged in", "this address needs a session or the token"), loginHint)
	}
	if len(shown) == 1 && s.isToken(string(shown[0])) {
		ctx.SetUserValue(bearerKey, true)
		return nil
	}
	if !s.failures.allow(s.now()) {
		return problem(429, "too-many", "too many wrong tokens", "wait a moment before the next try")
	}
	return withHint(problem(401, "login", "token is not valid", "the token that was sent is not this server's"), loginHint)
}

// isToken compares digests, so that the time it takes tells nothing about the
// token, not even its length.
func (s *Server) isToken(authorization string) bool {
	scheme, value, ok := strings.Cut(authorization, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return false
	}
	got, want := sha256.Sum256([]byte(value)), sha256.Sum256([]byte(s.opt.Token))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

func (s *Server) hasSession(ctx *fasthttp.RequestCtx) bool {
	value := ctx.Request.Header.Cookie(s.sessions.cookie)
	return len(value) > 0 && s.sessions.valid(string(value), s.now())
}

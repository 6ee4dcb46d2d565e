package web

import "github.com/valyala/fasthttp"

// policy lets the page load its own files and talk to its own server, nothing
// else. Captured text that should ever become markup could do nothing.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// policyBytes is for captured bytes: even opened on their own they are data.
const policyBytes = "sandbox; default-src 'none'; frame-ancestors 'none'"

// policyPreview is for captured markup that is shown: scripts, forms and whatever
// would be fetched are off, in a frame of our page and opened by itself.
const policyPreview = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// secureHeaders sets what every answer carries. There are no CORS headers: no
// other origin may read anything.
func secureHeaders(ctx *fasthttp.RequestCtx) {
	h := &ctx.Response.Header
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

package proxy

import (
	"strconv"
	"strings"

	"github.com/boathook/boathook/proxy/wire"
)

// hopsName is the header that counts how often a request was passed on, so that
// a loop of forwards ends.
const hopsName = "Boathook-Hops"

// maxHops is the count at which a request is no longer passed on.
const maxHops = 5

// hopsOf reads the hop count of a request, 0 if it has none. The highest wins if
// there are several.
func hopsOf(fields wire.Fields) int {
	hops := 0
	for i := range fields {
		if !sameName(fields[i].Name, hopsName) {
			continue
		}
		n, err := strconv.ParseUint(fields[i].Value, 10, 16)
		if err == nil {
			hops = max(hops, int(n))
		}
	}
	return hops
}

// upgradeOf is the protocol that a request insists on changing to, "" if none.
// The offer of HTTP/2 that some clients add to every first request is not one:
// they go on in HTTP/1.1 when it is not taken.
func upgradeOf(fields wire.Fields) string {
	for i := range fields {
		if f := &fields[i]; sameName(f.Name, "Upgrade") && !strings.EqualFold(f.Value, "h2c") {
			return f.Value
		}
	}
	return ""
}

// dropReason says why a header line of a request is not passed on, "" if it is.
func dropReason(name string, fields wire.Fields, hasConnection bool) string {
	switch len(name) {
	case 2:
		if sameName(name, "TE") {
			return "hop-by-hop"
		}
	case 6:
		if sameName(name, "Expect") {
			return "the body is already here"
		}
	case 7:
		if sameName(name, "Upgrade") {
			return "hop-by-hop"
		}
	case 10:
		if sameName(name, "Connection") || sameName(name, "Keep-Alive") {
			return "hop-by-hop"
		}
	case 16:
		if sameName(name, "Proxy-Connection") {
			return "hop-by-hop"
		}
	case 19:
		if sameName(name, "Proxy-Authorization") {
			return "hop-by-hop, meant for a proxy"
		}
	}
	if hasConnection && !protected(name) && fields.HasToken("Connection", name) {
		return "named in Connection"
	}
	return ""
}

// protected names are passed on even if Connection names them: without them the
// request would be another one, or have another end.
func protected(name string) bool {
	switch len(name) {
	case 4:
		return sameName(name, "Host")
	case 13:
		return sameName(name, hopsName)
	case 14:
		return sameName(name, "Content-Length")
	case 17:
		return sameName(name, "Transfer-Encoding")
	}
	return false
}

// forwardHead is a request head as it is passed on.
type forwardHead struct {
	raw     []byte
	target  string   // request target in the start line
	dropped []string // as inspector.Attempt.Dropped
	notes   []string
}

// outgoingHead makes the head for a target of a request as it was received: the
// same lines in the same order, except for those that only concern the
// connection, the Host if the target says so, and the hop count.
func outgoingHead(h *wire.RequestHead, t *target, rest string) forwardHead {
	o := forwardHead{target: t.addr.requestTarget(rest, t.fixed)}
	size := len(h.Method) + len(o.target) + 64 + len(t.addr.authority)
	for i := range h.Fields {
		size += len(h.Fields[i].Line) + 2
	}
	b := make([]byte, 0, size)
	b = append(b, h.Method...)
	b = append(b, ' ')
	b = append(b, o.target...)
	b = append(b, " HTTP/1.1\r\n"...)
	if h.Proto != "HTTP/1.1" {
		o.notes = append(o.notes, "received as "+h.Proto+", passed on as HTTP/1.1")
	}
	hasHost, counted := false, false
	_, hasConnection := h.Fields.Lookup("Connection")
	for i := range h.Fields {
		f := &h.Fields[i]
		if why := dropReason(f.Name, h.Fields, hasConnection); why != "" {
			o.dropped = append(o.dropped, f.Name+": "+why)
			continue
		}
		line := f.Line
		switch {
		case sameName(f.Name, "Host"):
			hasHost = true
			if !t.keepHost {
				line = f.Name + ": " + t.addr.authority
			}
		case sameName(f.Name, hopsName):
			if counted {
				o.dropped = append(o.dropped, f.Name+": counted once")
				continue
			}
			counted = true
			line = f.Name + ": " + strconv.Itoa(hopsOf(h.Fields)+1)
		}
		b = append(b, line...)
		b = append(b, '\r', '\n')
	}
	if !hasHost {
		b = append(b, "Host: "...)
		b = append(b, t.addr.authority...)
		b = append(b, '\r', '\n')
		o.notes = append(o.notes, "there was no Host header, it was added")
	}
	if !counted {
		b = append(b, hopsName+": 1\r\n"...)
	}
	o.raw = append(b, '\r', '\n')
	return o
}

// replyFields are the header lines of an app's answer that go back to the
// sender, and the reasons why others do not.
func replyFields(h *wire.ResponseHead) (kept []wire.Field, dropped []string) {
	kept = make([]wire.Field, 0, len(h.Fields))
	_, hasConnection := h.Fields.Lookup("Connection")
	for i := range h.Fields {
		name := h.Fields[i].Name
		why := ""
		switch {
		case sameName(name, "Connection"), sameName(name, "Keep-Alive"), sameName(name, "Proxy-Connection"), sameName(name, "Upgrade"), sameName(name, "TE"):
			why = "hop-by-hop, of the answer"
		case hasConnection && !protected(name) && h.Fields.HasToken("Connection", name):
			why = "named in Connection, of the answer"
		}
		if why != "" {
			dropped = append(dropped, name+": "+why)
			continue
		}
		kept = append(kept, h.Fields[i])
	}
	return kept, dropped
}

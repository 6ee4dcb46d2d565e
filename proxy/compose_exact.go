package proxy

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
	"github.com/boathook/boathook/signer"
)

// exact writes a recorded request anew: every line as it was, in its order, but for
// the Host and what concerns the connection only.
func (c *composer) exact() (*Wire, error) {
	if c.o.Exact.Cut {
		return nil, &InvalidError{Field: "exact", Text: "the recorded body is not whole, so it cannot be sent again", Hint: "choose a delivery whose body was kept in full"}
	}
	h := &c.room.head
	if err := h.Parse(c.o.Exact.Head, maxReplyLines); err != nil {
		return nil, &InvalidError{Field: "exact", Text: "the recorded head cannot be read: " + err.Error(), Hint: "choose another delivery"}
	}
	if err := c.exactTarget(h); err != nil {
		return nil, err
	}
	c.rules.Method = h.Method
	c.body, c.framing = c.o.Event.Payload, c.o.Exact.Framing
	c.chunked = c.framing != nil
	recorded := len(c.body)
	c.exactLines(h)
	if err := c.newIDs(); err != nil {
		return nil, err
	}
	if err := c.resign(); err != nil {
		return nil, err
	}
	framing := c.framing
	if err := c.breakBody(); err != nil {
		return nil, err
	}
	if framing != nil && len(c.body) != recorded {
		c.framing, c.chunked = nil, false
		c.note("sent with a length, because the body is another than the recorded one")
	}
	return c.exactHead()
}

// exactTarget is where the request goes: the URL of the endpoint; one without a
// path is given that of the recorded request.
func (c *composer) exactTarget(h *wire.RequestHead) error {
	recorded := originForm(h.Target)
	if _, rest, ok := cutInbox(recorded); ok {
		recorded = rest
	}
	at, invalid := c.o.Endpoint.place()
	if invalid != nil {
		invalid.Field = "url"
		return invalid
	}
	c.at, c.url, c.host = at, at.url, at.address.authority
	c.start = at.address.requestTarget(recorded, at.address.path != "")
	if c.start == at.target {
		return nil
	}
	// The URL is what is dialled and shown; what it cannot hold stays in the start
	// line as it is.
	if u, err := url.Parse(c.url.Scheme + "://" + c.url.Host + c.start); err == nil {
		c.url = u
	}
	return nil
}

// exactLines takes over the recorded lines.
func (c *composer) exactLines(h *wire.RequestHead) {
	_, hasConnection := h.Fields.Lookup("Connection")
	hasHost := false
	c.lines = slices.Grow(c.lines, len(h.Fields)+1)
	for i := range h.Fields {
		f := &h.Fields[i]
		if why := dropReason(f.Name, h.Fields, hasConnection); why != "" {
			c.note("%s was left out: %s", f.Name, why)
			continue
		}
		line := headLine{Field: inspector.Field{Name: f.Name, Value: f.Value}, raw: f.Line}
		if sameName(f.Name, "Host") {
			if hasHost {
				continue
			}
			hasHost = true
			line.Value, line.raw = c.host, ""
		}
		c.lines = append(c.lines, line)
	}
	if !hasHost {
		c.lines = slices.Insert(c.lines, 0, headLine{Field: inspector.Field{Name: "Host", Value: c.host}})
	}
}

// newIDs replaces the ids of the provider, if the request shall have new ones.
func (c *composer) newIDs() error {
	if c.o.DeliveryID == "" {
		return nil
	}
	var err error
	if c.ids, err = makeIDs(c.o); err != nil {
		return err
	}
	replaced := 0
	replace := func(name, id string) (found bool) {
		for i := range c.lines {
			if l := &c.lines[i]; id != "" && sameName(l.Name, name) {
				l.Value, l.raw, found = id, "", true
				replaced++
			}
		}
		return found
	}
	if p := c.o.Provider; p != nil {
		for _, h := range p.Headers {
			switch h.Value {
			case "{{delivery_id}}":
				replace(h.Name, c.ids.delivery)
			case "{{message_id}}":
				replace(h.Name, c.ids.message)
			case "{{event_id}}":
				replace(h.Name, c.o.Event.ID)
			}
		}
	}
	if s := c.rules.Scheme; s != nil {
		for _, name := range s.IDHeaders {
			if replace(name, c.ids.signed) && !c.o.Resign {
				c.note("its new id is part of what was signed, so that the signature does not match any more; sign it anew to mend that")
			}
		}
	}
	if replaced == 0 {
		c.note("it keeps its ids: no header is known to hold one")
	}
	return nil
}

// resign takes the old signature out and puts a new one at its place, if that is
// asked for or a switch needs it.
func (c *composer) resign() error {
	chaos := c.o.Chaos
	if !c.o.Resign && chaos.which(ChaosBadSig, ChaosNoSig, ChaosStale, ChaosFuture) == "" {
		return nil
	}
	c.timeOfSigning()
	scheme := c.rules.Scheme
	if scheme == nil {
		if c.o.Resign && c.rules.SchemeID == "" {
			c.note("not signed anew: the endpoint has no scheme")
		}
		return c.sign()
	}
	if len(scheme.Signature.Headers) == 0 && !chaos.Has(ChaosNoSig) {
		return &InvalidError{Field: "resign", Text: fmt.Sprintf("%s has its signature in the body or the address, which cannot be replaced in a recorded request", scheme.Name), Hint: "send the exact bytes, or send the event anew"}
	}
	c.openBeside()
	old := c.rememberID(scheme)
	c.lines = slices.DeleteFunc(c.lines, func(l headLine) bool { return isSchemeHeader(scheme, l.Name) && !c.keepsID(scheme, l.Name) })
	if old.place >= 0 {
		at := min(old.place, len(c.lines))
		c.lines = slices.Insert(c.lines, at, headLine{slot: catalog.SlotSignature})
	}
	if c.ids.signed == "" {
		if c.ids.signed = old.id; c.ids.signed == "" {
			c.ids.signed = c.o.Event.ID
		}
	}
	err := c.sign()
	c.lines = slices.DeleteFunc(c.lines, func(l headLine) bool { return l.slot != "" })
	return err
}

// oldSignature is where the signature stood, and the id that was signed.
type oldSignature struct {
	place int // -1: it had none
	id    string
}

func (c *composer) rememberID(s *signer.Scheme) oldSignature {
	old := oldSignature{place: -1}
	kept := 0
	for _, l := range c.lines {
		if isSchemeHeader(s, l.Name) {
			if old.place < 0 {
				old.place = kept
			}
			if c.keepsID(s, l.Name) {
				kept++
				if old.place < kept && old.id == "" {
					old.place = kept // the new lines follow the id that stays
				}
			}
			if slices.ContainsFunc(s.IDHeaders, func(h string) bool { return strings.EqualFold(h, l.Name) }) && old.id == "" {
				old.id = l.Value
			}
			continue
		}
		kept++
	}
	return old
}

// keepsID reports whether a header of a scheme is its id, which stays.
func (c *composer) keepsID(s *signer.Scheme, name string) bool {
	return slices.ContainsFunc(s.IDHeaders, func(h string) bool { return strings.EqualFold(h, name) })
}

// isSchemeHeader reports whether a header belongs to a signature: the signature
// itself, its id or its time.
func isSchemeHeader(s *signer.Scheme, name string) bool {
	if isSignatureHeader(s, name) {
		return true
	}
	is := func(h string) bool { return strings.EqualFold(h, name) }
	return slices.ContainsFunc(s.IDHeaders, is) || s.Timestamp != nil && slices.ContainsFunc(s.Timestamp.Headers, is)
}

// exactHead writes the head. Lines that were not touched are as they were.
func (c *composer) exactHead() (*Wire, error) {
	head := c.startLine()
	sized := c.sized()
	for i := range c.lines {
		l := &c.lines[i]
		if sameName(l.Name, "Content-Length") || sameName(l.Name, "Transfer-Encoding") {
			if !sized {
				continue
			}
			sized = false
			if !c.isLengthLine(l.Field) {
				l.Field, l.raw = c.lengthLine(), ""
			}
		}
		if l.raw != "" {
			head = append(append(head, l.raw...), "\r\n"...)
			continue
		}
		var err error
		if head, err = appendLine(head, l.Field); err != nil {
			return nil, err
		}
	}
	if sized && len(c.body) > 0 {
		head = addLine(head, c.lengthLine())
	}
	return c.wire(head), nil
}

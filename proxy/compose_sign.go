package proxy

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// shift is how far the clock is off with ChaosStale and ChaosFuture, where the
// scheme has no longer window.
const shift = time.Hour

// timeOfSigning is now, unless it is broken on purpose.
func (c *composer) timeOfSigning() {
	c.signTime = c.o.Now
	stale, future := c.o.Chaos.Has(ChaosStale), c.o.Chaos.Has(ChaosFuture)
	if !stale && !future {
		return
	}
	if c.rules.Scheme == nil || c.rules.Scheme.Timestamp == nil {
		c.note("--chaos %s: nothing to change, no time is signed", c.o.Chaos.which(ChaosStale, ChaosFuture))
		return
	}
	if t := c.rules.Scheme.Timestamp; stale {
		by := max(shift, 2*time.Duration(t.Past))
		c.signTime = c.o.Now.Add(-by)
		c.note("--chaos stale: signed as if it were %s earlier", spell(by))
	} else {
		by := max(shift, 2*time.Duration(t.Future))
		c.signTime = c.o.Now.Add(by)
		c.note("--chaos future: signed as if it were %s later", spell(by))
	}
}

// message is the request as it is so far, for package signer.
func (c *composer) message() signer.Message {
	m := signer.Message{Method: c.rules.Method, URL: c.address(), Body: c.body, Context: c.o.Endpoint.Context, Header: c.memory.fields[:0]}
	for i := range c.lines {
		if l := &c.lines[i]; l.slot == "" {
			m.Header = append(m.Header, signer.Field{Name: l.Name, Value: l.Value})
		}
	}
	c.memory.fields = m.Header
	return m
}

// sign puts the signature where the provider has it.
func (c *composer) sign() error {
	scheme := c.rules.Scheme
	switch {
	case c.rules.SchemeID == "":
		c.noSignature("nothing to change, it is not signed")
		return nil
	case scheme == nil:
		return &InvalidError{Field: "scheme", Text: fmt.Sprintf("%.60q is no scheme", c.rules.SchemeID), Hint: "choose another one in the endpoint"}
	case c.o.Chaos.Has(ChaosNoSig) && len(scheme.Signature.Headers) == 0:
		c.note("--chaos no-sig: the signature is left out")
		return nil
	}
	if name := c.signedByHand(scheme); name != "" {
		c.note("the header %s is set by the endpoint itself, so no other signature is made", name)
		return nil
	}
	secrets, err := c.secrets()
	if err != nil || len(secrets) == 0 {
		return err
	}
	c.require(scheme)
	signed, err := scheme.Sign(c.message(), secrets, c.ids.signed, c.signTime)
	if err != nil {
		if !c.rules.Own && (errors.Is(err, signer.ErrSecret) || errors.Is(err, signer.ErrNeeds) || errors.Is(err, signer.ErrVerifyOnly)) {
			c.note("not signed: %v", err)
			return nil
		}
		return fmt.Errorf("sign for endpoint %s: %w", c.o.Endpoint.Name, err)
	}
	if err := c.place(scheme, signed); err != nil {
		return err
	}
	c.signBeside(secrets)
	return nil
}

// require gives headers that the scheme demands a value of that value: the
// provider's own may be that of another of its schemes.
func (c *composer) require(s *signer.Scheme) {
	for i := range c.lines {
		l := &c.lines[i]
		for name, value := range s.Require {
			if l.slot == "" && strings.EqualFold(l.Name, name) && !strings.HasPrefix(value, "{context.") && l.Value != value {
				l.Value, l.raw = value, ""
			}
		}
	}
}

// place puts what signing made into the request.
func (c *composer) place(scheme *signer.Scheme, signed signer.Signed) error {
	lines := c.memory.signed[:0]
	for _, f := range signed.Header {
		if c.o.Chaos.Has(ChaosNoSig) && isSignatureHeader(scheme, f.Name) {
			continue
		}
		lines = append(lines, headLine{Field: inspector.Field{Name: f.Name, Value: f.Value}})
	}
	c.memory.signed = lines
	at := slices.IndexFunc(c.lines, func(l headLine) bool { return l.slot == catalog.SlotSignature })
	if at < 0 {
		at = len(c.lines)
	}
	c.lines = slices.Insert(c.lines, at, lines...)
	if signed.Body != nil {
		c.body = signed.Body
	}
	if signed.URL != "" {
		u, err := url.Parse(signed.URL)
		if err != nil {
			return fmt.Errorf("read the signed URL: %w", err)
		}
		c.url = u
	}
	if c.signed = !c.o.Chaos.Has(ChaosNoSig); !c.signed {
		c.note("--chaos no-sig: the signature is left out")
	}
	return nil
}

// secrets are the values to sign with, the one that the scheme signs with first.
func (c *composer) secrets() ([]string, error) {
	ep := c.o.Endpoint
	var values []string
	for i := range ep.Secrets {
		if s := &ep.Secrets[i]; s.Live(c.o.Now) {
			values = append(values, *s.open)
		}
	}
	if c.o.Chaos.Has(ChaosBadSig) {
		value, err := c.o.Chaos.wrongSecret(c.rules.Scheme, values)
		if err != nil {
			return nil, fmt.Errorf("make another secret: %w", err)
		}
		c.note("--chaos bad-sig: signed with another secret (%s)", signer.Mask(value))
		return []string{value}, nil
	}
	if len(values) > 0 {
		return values, nil
	}
	for i := range ep.Secrets {
		if ep.Secrets[i].Locked != "" {
			_, err := ep.Secrets[i].reveal(fmt.Sprintf("secrets[%d]", i))
			return nil, err
		}
	}
	if len(ep.Secrets) > 0 {
		c.note("not signed: no secret of the endpoint counts any more")
	} else {
		c.note("not signed: the endpoint has no secret")
	}
	return nil, nil
}

// signedByHand is the name of a signature header that the request has already.
func (c *composer) signedByHand(s *signer.Scheme) string {
	for _, l := range c.lines {
		if l.slot == "" && isSignatureHeader(s, l.Name) {
			return l.Name
		}
	}
	return ""
}

// noSignature notes that switches about the signature have nothing to break.
func (c *composer) noSignature(why string) {
	for _, name := range []string{ChaosBadSig, ChaosNoSig} {
		if c.o.Chaos.Has(name) {
			c.note("--chaos %s: %s", name, why)
		}
	}
}

func (c *composer) note(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}

// isSignatureHeader reports whether a header holds a signature of a scheme.
func isSignatureHeader(s *signer.Scheme, name string) bool {
	return slices.ContainsFunc(s.Signature.Headers, func(h string) bool {
		stem, numbered := strings.CutSuffix(h, "#")
		if !numbered {
			return strings.EqualFold(h, name)
		}
		return len(name) > len(stem) && strings.EqualFold(stem, name[:len(stem)])
	}) || s.Code == "rfc9421" && (strings.EqualFold(name, "Signature-Input") || strings.EqualFold(name, "Signature"))
}

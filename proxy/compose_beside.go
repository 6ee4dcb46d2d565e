package proxy

import (
	"slices"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// lookup finds a scheme.
func (c *composer) lookup(id string) (*signer.Scheme, bool) {
	if c.o.Schemes != nil {
		return c.o.Schemes(id)
	}
	return signer.Lookup(id)
}

// signsAsProvider reports whether the signature is the one that the provider makes. An
// endpoint that has another scheme gets that alone.
func (c *composer) signsAsProvider() bool {
	if c.o.Provider == nil {
		return false
	}
	own, ok := c.lookup(c.o.Provider.Scheme)
	return ok && c.rules.Scheme != nil && own.ID == c.rules.Scheme.ID
}

// signBeside puts further signatures where the provider has them: GitHub, for one, still
// writes the one of old receivers.
func (c *composer) signBeside(secrets []string) {
	if !c.signsAsProvider() {
		return
	}
	for i := 0; i < len(c.lines); i++ {
		if c.lines[i].slot != catalog.SlotBeside {
			continue
		}
		id := c.lines[i].Value
		scheme, ok := c.lookup(id)
		if !ok {
			c.note("not signed by %s as well: it is no scheme", id)
			continue
		}
		if c.o.Chaos.Has(ChaosNoSig) || c.signedByHand(scheme) != "" {
			continue
		}
		signed, err := scheme.Sign(c.message(), secrets, c.ids.signed, c.signTime)
		if err != nil {
			c.note("not signed by %s as well: %v", id, err)
			continue
		}
		lines := make([]headLine, len(signed.Header))
		for k, f := range signed.Header {
			lines[k].Field = inspector.Field{Name: f.Name, Value: f.Value}
		}
		c.lines = slices.Replace(c.lines, i, i+1, lines...)
		i += len(lines) - 1
	}
}

// openBeside makes places of the further signatures that a recorded request has, so that
// they are made anew together with the first.
func (c *composer) openBeside() {
	if !c.signsAsProvider() {
		return
	}
	for _, h := range c.o.Provider.Headers {
		scheme, ok := c.lookup(h.Beside)
		if h.Slot != catalog.SlotBeside || !ok {
			continue
		}
		is := func(l headLine) bool { return l.slot == "" && isSignatureHeader(scheme, l.Name) }
		if at := slices.IndexFunc(c.lines, is); at >= 0 {
			c.lines[at] = headLine{Field: inspector.Field{Value: h.Beside}, slot: catalog.SlotBeside}
			c.lines = slices.DeleteFunc(c.lines, is)
		}
	}
}

package snippet

import (
	"bytes"
	"strings"

	"github.com/boathook/boathook/proxy/wire"
)

// raw is the request as it crosses the wire, with $NAME where a variable stands.
func (p *plan) raw() string {
	var b bytes.Buffer
	if len(p.Needs) == 0 && !p.ownHost {
		b.Write(p.head)
	} else {
		p.lines(&b)
	}
	if p.File != "" {
		p.note("file", "The bytes of %s follow the empty line.", p.File)
		return b.String()
	}
	var whole strings.Builder
	// A strings.Builder takes everything, and the framing was written by a parser.
	_ = wire.WriteMessage(&whole, b.Bytes(), p.framing, bytes.NewReader(p.body))
	return whole.String()
}

// lines writes the head anew.
func (p *plan) lines(b *bytes.Buffer) {
	b.WriteString(p.method + " ")
	writeParts(b, p.address)
	b.WriteString(strings.TrimPrefix(p.start, p.method+" "+p.target) + "\r\n")
	for _, f := range p.recorded {
		b.WriteString(f.name + ":")
		switch {
		case f.is("Host") && p.ownHost:
			b.WriteString(" " + p.hostLine)
		case f.constant() && (f.raw != "" || f.text() == ""):
			b.WriteString(f.raw)
		default:
			b.WriteByte(' ')
			writeParts(b, f.value)
		}
		b.WriteString("\r\n")
	}
	b.WriteString("\r\n")
}

func writeParts(b *bytes.Buffer, parts []part) {
	for _, v := range parts {
		if v.from != "" {
			b.WriteString("$" + v.from)
		} else {
			b.WriteString(v.text)
		}
	}
}

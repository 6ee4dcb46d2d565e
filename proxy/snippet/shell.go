package snippet

import (
	"fmt"
	"strings"

	"github.com/boathook/boathook/signer"
)

// maxArgument is the largest body that is an argument; Linux takes 128 KiB in one.
const maxArgument = 64 << 10

// hasBody reports whether a body is sent, be it one of no bytes that is announced.
func (p *plan) hasBody() bool { return p.size > 0 || p.length || p.chunked }

// asArgument reports whether the body can be an argument of a command.
func (p *plan) asArgument() bool {
	return p.File == "" && len(p.body) <= maxArgument && isText(string(p.body))
}

// fromBase64 is a command that writes what stands in base64 in the lines after it,
// up to END.
const fromBase64 = "base64 -d <<'END'"

// shellSigning are the lines that put the body into the file $body and the
// signature into $sig.
func (p *plan) shellSigning() string {
	if p.recipe == nil {
		return ""
	}
	r := p.recipe
	var b strings.Builder
	switch {
	case p.File != "":
		fmt.Fprintf(&b, "body=%s\n", p.shell(p.File))
	case p.asArgument():
		fmt.Fprintf(&b, "body=$(mktemp)\nprintf %%s %s > \"$body\"\n", p.shell(string(p.body)))
	default:
		fmt.Fprintf(&b, "body=$(mktemp)\n%s > \"$body\"\n%s\nEND\n", fromBase64, p.bodyLines())
	}
	fmt.Fprintf(&b, "secret=$%s\n", SecretVariable)
	if len(r.Strip) > 0 {
		b.WriteString("case $secret in\n")
		for _, prefix := range r.Strip {
			fmt.Fprintf(&b, "  %s*) secret=${secret#%s} ;;\n", prefix, prefix)
		}
		b.WriteString("esac\n")
	}
	if now := shellTimes[r.Unit]; now != "" {
		fmt.Fprintf(&b, "now=%s\n", now)
	}
	fmt.Fprintf(&b, "sig=$(%s)\n", p.shellDigest())
	return b.String()
}

// shellTimes are commands that write the time of signing.
var shellTimes = map[signer.Unit]string{
	signer.Seconds: "$(date +%s)", signer.Millis: "$(date +%s)000", signer.Micros: "$(date +%s)000000",
	signer.RFC3339: "$(date -u +%Y-%m-%dT%H:%M:%SZ)", signer.HTTPDate: "$(LC_ALL=C date -u '+%a, %d %b %Y %H:%M:%S GMT')",
}

const shellHex = `od -An -v -tx1 | tr -d ' \n'`

func (p *plan) shellDigest() string {
	r := p.recipe
	digest := `printf %s "$secret"`
	if r.Hash != "" {
		key := "$(" + digest + " | " + shellHex + ")"
		switch r.Secret {
		case signer.SecretBase64: // padded or not, of either alphabet
			key = `$(printf '%s===' "$secret" | tr -- '-_' '+/' | base64 -d 2>/dev/null | ` + shellHex + ")"
		case signer.SecretHex:
			key = "$secret"
		}
		var content []string
		for _, s := range r.Content {
			switch s.Kind {
			case signer.StepBody:
				content = append(content, `cat "$body"`)
			case signer.StepTime:
				content = append(content, `printf %s "$now"`)
			case signer.StepSecret:
				content = append(content, `printf %s "$secret"`)
			default:
				content = append(content, "printf %s "+p.shell(s.Text))
			}
		}
		digest = "{ " + strings.Join(content, "; ") + "; } | openssl dgst -" + r.Hash
		if r.Keyed {
			digest += ` -mac HMAC -macopt "hexkey:` + key + `"`
		}
		digest += " -binary"
	}
	switch r.Encoding {
	case signer.Hex:
		return digest + " | " + shellHex
	case signer.HexUpper:
		return digest + " | " + shellHex + " | tr a-f A-F"
	case signer.Base64:
		return digest + " | openssl base64 -A"
	case signer.Base64URL:
		return digest + ` | openssl base64 -A | tr -d = | tr -- '+/' '-_'`
	}
	return digest
}

package signer

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// HTTP message signatures of RFC 9421. Components may be the fields of the request
// and the derived @method, @target-uri, @authority, @scheme, @request-target,
// @path and @query; @status comes from Context["status"]. Parameters of components
// (sf, key, bs, req, tr, name) are not supported and refused.

// httpInput is one member of Signature-Input.
type httpInput struct {
	label      string
	components []string
	params     string // the member's value as it was written, which is what is signed
	created    string
	expires    string
	alg        string
	sig        []byte
}

func httpVerify(s *Scheme, m *Message, keys [][]key, now time.Time, opt Options) (Result, error) {
	r := Result{Verdict: Invalid, Secret: -1}
	inputs, res, ok := httpInputs(m, r)
	if !ok {
		return res, nil
	}
	r.Header = "Signature"
	r.Reason = ErrMismatch
	for _, in := range inputs {
		if in.alg != "" && in.alg != string(s.Algorithm) {
			r.Reason = malformed("the signature %s is made with %s, the scheme is %s", clip(in.label), clip(in.alg), s.Algorithm)
			continue
		}
		base, err := httpBase(m, &in)
		if err != nil {
			return r.refused(err), nil
		}
		for i, ks := range keys {
			for _, k := range ks {
				if httpMatch(s.Algorithm, &k, base, in.sig) {
					r.Secret = i
					return s.httpJudge(m, &in, r, now, opt), nil
				}
			}
		}
	}
	return r, nil
}

// httpJudge looks at what a genuine signature covers, and at its age.
func (s *Scheme) httpJudge(m *Message, in *httpInput, r Result, now time.Time, opt Options) Result {
	digest := false
	for _, c := range in.components {
		digest = digest || c == "content-digest"
	}
	if !digest && len(m.Body) > 0 && !opt.UnsignedBody {
		return r.refused(fmt.Errorf("%w: the signature is genuine, but leaves out content-digest, so the body is not signed", ErrMismatch))
	}
	if digest {
		if err := checkContentDigest(m); err != nil {
			return r.refused(err)
		}
	}
	if in.created != "" {
		signed, err := Seconds.parse(in.created)
		if err != nil {
			return r.refused(fmt.Errorf("%w: created: %w", ErrTimestamp, err))
		}
		r.Signed, r.Age = signed, since(now, signed)
	}
	if in.expires != "" {
		expires, err := Seconds.parse(in.expires)
		if err != nil {
			return r.refused(fmt.Errorf("%w: expires: %w", ErrTimestamp, err))
		}
		if now.After(expires) && !opt.AnyAge {
			r.Verdict, r.Reason = Stale, fmt.Errorf("%w: the signature expired %s ago", ErrStale, now.Sub(expires).Round(time.Second))
			return r
		}
	}
	r.Verdict, r.Reason = Valid, nil
	if past := opt.Tolerance; past > 0 && !opt.AnyAge && !r.Signed.IsZero() && r.Age > past {
		r.Verdict = Stale
		r.Reason = fmt.Errorf("%w: signed %s ago, at most %s is allowed", ErrStale, r.Age.Round(time.Second), past)
	}
	return r
}

func httpMatch(a Algorithm, k *key, base, sig []byte) bool {
	switch public := k.public.(type) {
	case *ecdsa.PublicKey:
		return a == ECDSAP256 && matchP256(public, base, sig)
	case ed25519.PublicKey:
		return a == Ed25519 && len(sig) == ed25519.SignatureSize && ed25519.Verify(public, base, sig)
	case nil:
		return a == HMACSHA256 && subtle.ConstantTimeCompare(a.digest(k, base), sig) == 1
	}
	return false
}

// httpSign covers method, address and the digest of the body.
func httpSign(s *Scheme, a *adding, secrets []string) error {
	components := `"@method" "@target-uri"`
	if a.message.URL == "" {
		return fmt.Errorf("%w: it signs the URL, give it", ErrNeeds)
	}
	if len(a.message.Body) > 0 {
		sum := sha256.Sum256(a.message.Body)
		a.missingHeader("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":")
		components += ` "content-digest"`
	}
	var inputs, sigs []string
	for i, secret := range secrets {
		ks, err := s.keys(secret)
		if err != nil {
			return err
		}
		label := "sig" + strconv.Itoa(i+1)
		params := "(" + components + ");created=" + Seconds.format(a.now)
		if id := a.message.Context["credential_id"]; id != "" {
			params += ";keyid=" + quoteField(id)
		}
		params += `;alg="` + string(s.Algorithm) + `"`
		in, err := parseInput(label, params)
		if err != nil {
			return err
		}
		base, err := httpBase(&a.message, &in)
		if err != nil {
			return err
		}
		sig, err := s.httpRaw(&ks[0], base)
		if err != nil {
			return err
		}
		inputs = append(inputs, label+"="+params)
		sigs = append(sigs, label+"=:"+base64.StdEncoding.EncodeToString(sig)+":")
	}
	a.header("Signature-Input", strings.Join(inputs, ", "))
	a.header("Signature", strings.Join(sigs, ", "))
	return nil
}

func (s *Scheme) httpRaw(k *key, base []byte) ([]byte, error) {
	if s.Algorithm == ECDSAP256 {
		return signP256(k, base)
	}
	return s.Algorithm.sign(k, base)
}

func quoteField(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// httpInputs pairs the members of Signature-Input with those of Signature.
func httpInputs(m *Message, r Result) ([]httpInput, Result, bool) {
	sigs, ok := m.joined("Signature")
	if !ok {
		return nil, r.missing("Signature header"), false
	}
	r.Header = "Signature"
	text, ok := m.joined("Signature-Input")
	if !ok {
		return nil, r.missing("Signature-Input header"), false
	}
	if len(sigs) > maxHeader || len(text) > maxHeader {
		return nil, r.refused(malformed("the signature headers are longer than %d bytes", maxHeader)), false
	}
	bytesOf := map[string]string{}
	for _, item := range splitOutside(sigs, ',') {
		label, value, _ := strings.Cut(item, "=")
		bytesOf[label] = value
	}
	var inputs []httpInput
	for _, item := range splitOutside(text, ',') {
		label, params, ok := strings.Cut(item, "=")
		in, err := parseInput(label, params)
		if err != nil || !ok {
			return nil, r.refused(malformed("Signature-Input: %q is no list of components", clip(item))), false
		}
		value := bytesOf[label]
		value, _, _ = strings.Cut(value, ";")
		in.sig, err = byteSequence(value)
		if err != nil {
			return nil, r.refused(malformed("Signature: %s is no byte sequence between colons", clip(label))), false
		}
		if inputs = append(inputs, in); len(inputs) > MaxSignatures {
			return nil, r.refused(malformed("more than %d signatures", MaxSignatures)), false
		}
	}
	if len(inputs) == 0 {
		return nil, r.refused(malformed("Signature-Input holds no list of components")), false
	}
	return inputs, r, true
}

func byteSequence(s string) ([]byte, error) {
	inner, ok := strings.CutPrefix(s, ":")
	inner, both := strings.CutSuffix(inner, ":")
	if !ok || !both {
		return nil, fmt.Errorf("not between colons")
	}
	return base64.StdEncoding.Strict().DecodeString(inner)
}

// parseInput reads ("a" "b");created=1;keyid="k".
func parseInput(label, params string) (httpInput, error) {
	in := httpInput{label: label, params: params}
	list, ok := strings.CutPrefix(params, "(")
	list, rest, closed := strings.Cut(list, ")")
	if !ok || !closed || label == "" {
		return in, fmt.Errorf("no inner list")
	}
	seen := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		name, quoted := strings.CutPrefix(word, `"`)
		name, both := strings.CutSuffix(name, `"`)
		if !quoted || !both || name == "" || strings.ContainsAny(name, `";\`) || name != strings.ToLower(name) || seen[name] {
			return in, fmt.Errorf("component %s", clip(word))
		}
		seen[name] = true
		in.components = append(in.components, name)
	}
	for _, param := range splitOutside(strings.TrimPrefix(rest, ";"), ';') {
		name, value, _ := strings.Cut(param, "=")
		switch name {
		case "created":
			in.created = value
		case "expires":
			in.expires = value
		case "alg":
			in.alg = strings.Trim(value, `"`)
		}
	}
	return in, nil
}

// splitOutside splits at a byte that is outside of quotes, and trims the items.
func splitOutside(s string, sep byte) []string {
	var out []string
	quoted, from := false, 0
	add := func(item string) {
		if item = strings.Trim(item, " \t"); item != "" {
			out = append(out, item)
		}
	}
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == sep && !quoted:
			add(s[from:i])
			from = i + 1
		}
	}
	add(s[from:])
	return out
}

// joined is the value of a field as RFC 9421 signs it: all lines, trimmed, joined
// by a comma and a space.
func (m *Message) joined(name string) (string, bool) {
	var values []string
	for _, f := range m.Header {
		if strings.EqualFold(f.Name, name) {
			values = append(values, strings.Trim(f.Value, " \t"))
		}
	}
	return strings.Join(values, ", "), len(values) > 0
}

// httpBase is the signature base of section 2.5.
func httpBase(m *Message, in *httpInput) ([]byte, error) {
	var b bytes.Buffer
	for _, c := range in.components {
		value, err := httpComponent(m, c)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%q: %s\n", c, value)
	}
	fmt.Fprintf(&b, "%q: %s", "@signature-params", in.params)
	return b.Bytes(), nil
}

func httpComponent(m *Message, name string) (string, error) {
	if !strings.HasPrefix(name, "@") {
		v, ok := m.joined(name)
		if !ok {
			return "", fmt.Errorf("%w: there is no %s header, which is signed", ErrMissing, name)
		}
		return v, nil
	}
	path, query, _ := strings.Cut(m.target(), "?")
	switch name {
	case "@method":
		return m.Method, nil
	case "@request-target":
		return m.target(), nil
	case "@path":
		return path, nil
	case "@query":
		return "?" + query, nil
	case "@status":
		return m.Context["status"], nil
	case "@target-uri":
		return strings.TrimSuffix(m.URL, "#"), nil
	}
	u, err := url.Parse(m.URL)
	if err != nil {
		return "", malformed("the URL cannot be read: %w", err)
	}
	switch name {
	case "@scheme":
		return strings.ToLower(u.Scheme), nil
	case "@authority":
		host := u.Host
		if host == "" {
			host, _ = m.Value("Host")
		}
		host = strings.ToLower(host)
		return strings.TrimSuffix(host, map[string]string{"http": ":80", "https": ":443"}[strings.ToLower(u.Scheme)]), nil
	}
	return "", malformed("the component %s is not supported", clip(name))
}

// checkContentDigest compares the body with every digest of Content-Digest that is
// known; at least one must be.
func checkContentDigest(m *Message) error {
	text, ok := m.joined("Content-Digest")
	if !ok {
		return fmt.Errorf("%w: there is no Content-Digest header", ErrMissing)
	}
	known := false
	for _, item := range splitOutside(text, ',') {
		name, value, _ := strings.Cut(item, "=")
		want, err := byteSequence(value)
		if err != nil {
			return malformed("Content-Digest: %s is no byte sequence between colons", clip(name))
		}
		var got []byte
		switch name {
		case "sha-256":
			sum := sha256.Sum256(m.Body)
			got = sum[:]
		case "sha-512":
			sum := sha512.Sum512(m.Body)
			got = sum[:]
		default:
			continue
		}
		known = true
		if subtle.ConstantTimeCompare(got, want) != 1 {
			return fmt.Errorf("%w: the signature is genuine, but Content-Digest (%s) is that of another body", ErrMismatch, name)
		}
	}
	if !known {
		return malformed("Content-Digest names neither sha-256 nor sha-512")
	}
	return nil
}

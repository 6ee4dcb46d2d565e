package signer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
)

// twilio signs the address followed by the form's fields, or the address alone
// when it carries the hash of the body. The address is tried as it is, without
// its port and with the default port, each in the older spelling of the
// apostrophe too, as Twilio's own libraries do.
func twilio(s *Scheme, m *Message, _ parts) ([][]byte, error) {
	suffix, hashed := sortedForm(m.form(), true), false
	for _, f := range parseForm(m.query()) {
		if f.Name != twilioHash {
			continue
		}
		sum := sha256.Sum256(m.Body)
		if !strings.EqualFold(f.Value, hex.EncodeToString(sum[:])) {
			return nil, malformed("the body does not have the hash that %s in the URL names", twilioHash)
		}
		suffix, hashed = "", true
	}
	if s.Code == "twilio-json" && !hashed {
		return nil, fmt.Errorf("%w: the URL has no %s, so the body is not signed", ErrMissing, twilioHash)
	}
	var contents [][]byte
	for _, u := range portVariants(m.URL) {
		contents = append(contents, []byte(u+suffix))
		base, query, ok := strings.Cut(u, "?")
		if !ok {
			continue
		}
		for _, v := range []string{strings.ReplaceAll(query, "%27", "'"), strings.ReplaceAll(query, "'", "%27")} {
			if v != query {
				contents = append(contents, []byte(base+"?"+v+suffix))
			}
		}
	}
	return contents, nil
}

const twilioHash = "bodySHA256"

// twilioBodyHash adds the hash of a body that is no form to the URL.
func twilioBodyHash(s *Scheme, a *adding) error {
	for _, f := range parseForm(a.message.query()) {
		if f.Name == twilioHash {
			return nil
		}
	}
	if s.Code == "twilio-json" || isJSON(a.message.Body) {
		sum := sha256.Sum256(a.message.Body)
		a.query(twilioHash, hex.EncodeToString(sum[:]))
	}
	return nil
}

// portVariants is the address as it is, without its port, and with the default
// port of its scheme.
func portVariants(address string) []string {
	out := []string{address}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return out
	}
	bare := u.Hostname()
	if strings.Contains(bare, ":") {
		bare = "[" + bare + "]"
	}
	port := map[string]string{"https": ":443", "http": ":80"}[strings.ToLower(u.Scheme)]
	for _, host := range []string{bare, bare + port} {
		if host != u.Host {
			out = append(out, strings.Replace(address, u.Host, host, 1))
		}
	}
	return out
}

package signer

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// encode writes a digest as text.
func (e Encoding) encode(sig []byte) string {
	switch e {
	case HexUpper:
		return strings.ToUpper(hex.EncodeToString(sig))
	case Base64:
		return base64.StdEncoding.EncodeToString(sig)
	case Base64URL:
		return base64.RawURLEncoding.EncodeToString(sig)
	case Text:
		return string(sig)
	}
	return hex.EncodeToString(sig)
}

// decode reads a digest. Hex is taken in either case, because providers compare
// bytes, not letters. URL-safe base64 is taken in either alphabet.
func (e Encoding) decode(s string) ([]byte, error) {
	switch e {
	case Base64:
		if strings.ContainsAny(s, "\r\n") { // which the decoder would skip
			return nil, fmt.Errorf("it is not base64: it has a line end in it")
		}
		raw, err := base64.StdEncoding.Strict().DecodeString(s)
		if err != nil {
			return nil, fmt.Errorf("it is not base64: %w", err)
		}
		return raw, nil
	case Base64URL:
		if strings.ContainsAny(s, "\r\n") {
			return nil, fmt.Errorf("it is not base64: it has a line end in it")
		}
		text := strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(s, "="))
		raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("it is not URL-safe base64: %w", err)
		}
		return raw, nil
	case Text:
		return []byte(s), nil
	}
	raw, err := hex.DecodeString(s)
	var odd hex.InvalidByteError
	switch {
	case errors.As(err, &odd):
		return nil, fmt.Errorf("it is not hexadecimal: it has %q in it", rune(odd))
	case err != nil:
		return nil, fmt.Errorf("it is not hexadecimal: it has an odd number of digits, %d", len(s))
	}
	return raw, nil
}

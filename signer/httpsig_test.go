package signer

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// The requests of RFC 9421, appendix B.2, with the keys of appendix B.1.
const (
	rfcSecret  = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
	rfcEd25519 = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n"
	rfcP256    = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf\nw0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==\n-----END PUBLIC KEY-----\n"
)

func rfcRequest(input, sig string) Message {
	return Message{
		Method: "POST", URL: "https://example.com/foo?param=Value&Pet=dog", Body: []byte(`{"hello": "world"}`),
		Header: []Field{
			{"Host", "example.com"}, {"Date", "Tue, 20 Apr 2021 02:07:55 GMT"}, {"Content-Type", "application/json"},
			{"Content-Digest", "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"},
			{"Content-Length", "18"}, {"Signature-Input", input}, {"Signature", sig},
		},
	}
}

func rfcResponse() Message {
	return Message{
		Body: []byte(`{"message": "good dog"}`), Context: map[string]string{"status": "200"},
		Header: []Field{
			{"Date", "Tue, 20 Apr 2021 02:07:56 GMT"}, {"Content-Type", "application/json"},
			{"Content-Digest", "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:"}, {"Content-Length", "23"},
			{"Signature-Input", `sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"`},
			{"Signature", "sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==:"},
		},
	}
}

func TestHTTPSignatureExamples(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, scheme, secret string
		m                    Message
		opt                  Options
	}{
		{"B.2.4", "rfc9421.ecdsa-p256-sha256", rfcP256, rfcResponse(), Options{}},
		{"B.2.5", "rfc9421.hmac-sha256", rfcSecret, rfcRequest(
			`sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"`,
			"sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:"), Options{UnsignedBody: true}},
		{"B.2.6", "rfc9421.ed25519", rfcEd25519, rfcRequest(
			`sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`,
			"sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"), Options{UnsignedBody: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, _ := Lookup(tt.scheme)
			if r := check(t, s, tt.m, time.Unix(1618884480, 0), tt.opt, tt.secret); r.Verdict != Valid || !r.Signed.Equal(time.Unix(1618884473, 0)) {
				t.Errorf("%+v", r)
			}
			other := tt.m
			other.Header = slices.Clone(tt.m.Header)
			other.Header[len(other.Header)-2].Value += " "
			for i := range other.Header {
				if other.Header[i].Name == "Content-Type" {
					other.Header[i].Value = "text/plain"
				}
			}
			if r := check(t, s, other, time.Unix(1618884480, 0), tt.opt, tt.secret); r.Verdict != Invalid || !errors.Is(r.Reason, ErrMismatch) {
				t.Errorf("another content type: %+v", r)
			}
			if tt.opt.UnsignedBody {
				if r := check(t, s, tt.m, time.Unix(1618884480, 0), Options{}, tt.secret); r.Verdict != Invalid {
					t.Errorf("the body is not signed: %+v", r)
				}
			}
		})
	}
}

func TestHTTPSignatureRefuses(t *testing.T) {
	t.Parallel()
	s, _ := Lookup("rfc9421.hmac-sha256")
	signed := signedMessage(t, s, testMessage(s), 0, testNow)
	set := func(name, value string) Message {
		m := signed
		m.Header = slices.Clone(signed.Header)
		for i := range m.Header {
			if m.Header[i].Name == name {
				m.Header[i].Value = value
			}
		}
		return m
	}
	input, _ := signed.Value("Signature-Input")
	for name, m := range map[string]Message{
		"another digest":         set("Content-Digest", "sha-256=:AAAA:"),
		"an unknown digest":      set("Content-Digest", "md5=:AAAA:"),
		"another algorithm":      set("Signature-Input", strings.Replace(input, "hmac-sha256", "ed25519", 1)),
		"an unknown component":   set("Signature-Input", strings.Replace(input, `"@method"`, `"@secret"`, 1)),
		"a component parameter":  set("Signature-Input", strings.Replace(input, `"@method"`, `"@method";req`, 1)),
		"a component twice":      set("Signature-Input", strings.Replace(input, `"@method"`, `"@method" "@method"`, 1)),
		"a later created":        set("Signature-Input", strings.Replace(input, "created=1", "created=2", 1)),
		"an unlabelled list":     set("Signature-Input", strings.TrimPrefix(input, "sig1=")),
		"a signature not in it":  set("Signature", "sig2=:AAAA:"),
		"bytes without a colon":  set("Signature", "sig1=AAAA"),
		"a signed header absent": set("Signature-Input", strings.Replace(input, `"@method"`, `"x-absent"`, 1)),
	} {
		if r := check(t, s, m, testNow, Options{}, testKey(s, 0).verify); r.Verdict != Invalid {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if r := check(t, s, signed, testNow.Add(time.Hour), Options{Tolerance: time.Minute}, testKey(s, 0).verify); r.Verdict != Stale {
		t.Errorf("an hour old: %+v", r)
	}
}

package signer

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// ErrSecret is returned for a secret that cannot be a key of the scheme. Its
// text names what is wrong, never the secret.
var ErrSecret = errors.New("unusable secret")

// key is a secret in the forms that algorithms use.
type key struct {
	text    string // what {secret} stands for
	bytes   []byte // of HMACs
	public  any    // ed25519.PublicKey, *ecdsa.PublicKey, *rsa.PublicKey
	private any    // ed25519.PrivateKey, *ecdsa.PrivateKey, *rsa.PrivateKey; nil if it can only verify
}

// keys reads a secret. It returns more than one where the form allows several
// readings.
func (s *Scheme) keys(secret string) ([]key, error) {
	if strings.TrimSpace(secret) == "" {
		return nil, fmt.Errorf("%w: it is empty", ErrSecret)
	}
	stripped, had := secret, false
	for _, p := range s.Strip {
		if rest, ok := strings.CutPrefix(secret, p); ok {
			stripped, had = rest, true
			break
		}
	}
	if s.shared() && isPublic(stripped) {
		return nil, fmt.Errorf("%w: it is a public key or a certificate, which anybody may know; %s needs a shared secret", ErrSecret, s.ID)
	}
	switch s.Secret {
	case SecretText, "":
		return []key{{text: stripped, bytes: []byte(stripped)}}, nil
	case SecretNFKD:
		normal := norm.NFKD.String(stripped)
		return []key{{text: normal, bytes: []byte(normal)}}, nil
	case SecretHex:
		raw, err := hex.DecodeString(stripped)
		if err != nil {
			return nil, fmt.Errorf("%w: it is not hexadecimal", ErrSecret)
		}
		return []key{{text: string(raw), bytes: raw}}, nil
	case SecretBase64:
		raw, err := unbase64(stripped)
		if err != nil || len(raw) == 0 {
			return nil, fmt.Errorf("%w: it is not base64%s", ErrSecret, afterPrefix(s.Strip))
		}
		return []key{{text: string(raw), bytes: raw}}, nil
	case SecretBase64Text:
		ks := []key{}
		if raw, err := unbase64(stripped); err == nil && len(raw) > 0 {
			ks = append(ks, key{text: stripped, bytes: raw})
		}
		if !had {
			ks = append(ks, key{text: secret, bytes: []byte(secret)})
		}
		if len(ks) == 0 {
			return nil, fmt.Errorf("%w: it is not base64", ErrSecret)
		}
		return ks, nil
	case SecretJWT:
		// What is a key is never the key of an HMAC as well: whoever knows the public
		// one could sign with it.
		k, err := pkixKey(stripped)
		if err == nil || strings.Contains(stripped, "-----BEGIN") || strings.HasPrefix(strings.TrimSpace(stripped), "{") {
			return []key{k}, err
		}
		return []key{{text: stripped, bytes: []byte(stripped)}}, nil
	case SecretEd25519:
		k, err := ed25519Key(stripped)
		return []key{k}, err
	case SecretECDSA, SecretCert:
		k, err := pkixKey(stripped)
		return []key{k}, err
	}
	return nil, fmt.Errorf("scheme %s: there is no secret form %q", s.ID, s.Secret)
}

func afterPrefix(strip []string) string {
	if len(strip) == 0 {
		return ""
	}
	return " (after the prefix " + strings.Join(strip, " or ") + ")"
}

// unbase64 reads standard or URL base64, padded or not. White space is refused:
// in a secret it is a mistake worth telling.
func unbase64(s string) ([]byte, error) {
	if strings.ContainsAny(s, " \t\r\n") {
		return nil, errors.New("it has white space in it")
	}
	s = strings.TrimRight(s, "=")
	if strings.ContainsAny(s, "-_") {
		return base64.RawURLEncoding.DecodeString(s)
	}
	return base64.RawStdEncoding.DecodeString(s)
}

func ed25519Key(s string) (key, error) {
	if strings.Contains(s, "-----BEGIN") || strings.HasPrefix(s, "{") {
		k, err := pkixKey(s)
		if _, ok := k.public.(ed25519.PublicKey); err == nil && !ok {
			return key{}, fmt.Errorf("%w: it is a key of the type %s, the scheme needs Ed25519", ErrSecret, keyKind(k.public))
		}
		return k, err
	}
	raw, err := hex.DecodeString(s)
	if err != nil {
		raw, err = unbase64(s)
	}
	if err != nil {
		return key{}, fmt.Errorf("%w: an Ed25519 key is hexadecimal or base64", ErrSecret)
	}
	switch len(raw) {
	case ed25519.PublicKeySize:
		return key{text: s, public: ed25519.PublicKey(raw)}, nil
	case ed25519.PrivateKeySize:
		private := ed25519.NewKeyFromSeed(raw[:ed25519.SeedSize])
		public, _ := private.Public().(ed25519.PublicKey)
		if !public.Equal(ed25519.PublicKey(raw[ed25519.SeedSize:])) {
			return key{}, fmt.Errorf("%w: the two halves of the Ed25519 key do not belong together", ErrSecret)
		}
		return key{text: s, public: public, private: private}, nil
	}
	if parsed, err := pkixKey(s); err == nil {
		if _, ok := parsed.public.(ed25519.PublicKey); ok {
			return parsed, nil
		}
	}
	return key{}, fmt.Errorf("%w: an Ed25519 key has 32 bytes (public) or 64 (seed and public), this has %d", ErrSecret, len(raw))
}

// keyKind names a public key for a person.
func keyKind(public any) string {
	switch p := public.(type) {
	case ed25519.PublicKey:
		return "Ed25519"
	case *ecdsa.PublicKey:
		return "ECDSA " + p.Curve.Params().Name
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", p.N.BitLen())
	}
	return "unknown"
}

// pemBlock is the first PEM block in a text, nil if there is none.
func pemBlock(s string) *pem.Block {
	if !strings.Contains(s, "-----BEGIN") {
		return nil
	}
	block, _ := pem.Decode([]byte(s))
	return block
}

func withoutSpace(s string) string {
	if strings.IndexFunc(s, unicode.IsSpace) < 0 {
		return s
	}
	return strings.Join(strings.Fields(s), "")
}

// derSequence is the first byte of every key and certificate in DER form.
const derSequence = 0x30

var errNoKey = fmt.Errorf("%w: it is no public key, private key or certificate", ErrSecret)

// Bounds of RSA keys: below, crypto/rsa refuses them; above, one signature takes
// seconds. A private key is checked while it is read, which takes longer still, so its
// length is bounded first: one of maxRSABits has less than 5,000 bytes.
const (
	minRSABits    = 1024
	maxRSABits    = 8192
	maxPrivateDER = 6000
)

// checkRSA refuses RSA keys of sizes that nobody uses.
func checkRSA(public any) error {
	p, ok := public.(*rsa.PublicKey)
	if !ok {
		return nil
	}
	if bits := p.N.BitLen(); bits < minRSABits || bits > maxRSABits {
		return fmt.Errorf("%w: it is an RSA key of %d bits; use one of %d to %d", ErrSecret, bits, minRSABits, maxRSABits)
	}
	return nil
}

// pkixKey reads a public key, a private key or a certificate, in PEM or as
// base64 of its DER form, or a JWK.
func pkixKey(s string) (key, error) {
	if strings.HasPrefix(strings.TrimSpace(s), "{") {
		return jwk(s)
	}
	der := []byte(nil)
	if block := pemBlock(s); block != nil {
		der = block.Bytes
	} else if raw, err := unbase64(withoutSpace(s)); err == nil {
		der = raw
	} else {
		return key{}, fmt.Errorf("%w: it is neither PEM nor base64", ErrSecret)
	}
	if len(der) == 0 || der[0] != derSequence {
		return key{}, errNoKey // what a shared secret nearly always is, and each reader below would say
	}
	if public, err := x509.ParsePKIXPublicKey(der); err == nil {
		return key{text: s, public: public}, checkRSA(public)
	}
	if cert, err := x509.ParseCertificate(der); err == nil {
		return key{text: s, public: cert.PublicKey}, checkRSA(cert.PublicKey)
	}
	if len(der) > maxPrivateDER {
		return key{}, fmt.Errorf("%w: it is longer than a private key of %d bits", ErrSecret, maxRSABits)
	}
	private, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		if private, err = x509.ParseECPrivateKey(der); err != nil {
			private, err = x509.ParsePKCS1PrivateKey(der)
		}
	}
	if err != nil {
		return key{}, errNoKey
	}
	switch p := private.(type) {
	case *ecdsa.PrivateKey:
		return key{text: s, public: &p.PublicKey, private: p}, nil
	case *rsa.PrivateKey:
		return key{text: s, public: &p.PublicKey, private: p}, checkRSA(&p.PublicKey)
	case ed25519.PrivateKey:
		return key{text: s, public: p.Public(), private: p}, nil
	}
	return key{}, fmt.Errorf("%w: keys of the type %T are not used by any scheme", ErrSecret, private)
}

// shared reports whether both sides have the same secret.
func (s *Scheme) shared() bool {
	switch s.Secret {
	case SecretJWT, SecretEd25519, SecretECDSA, SecretCert:
		return false
	}
	return true
}

// isPublic reports whether a secret is one that verifies only: a public key, or a
// certificate. Raw keys of 32 bytes cannot be told from other bytes.
func isPublic(secret string) bool {
	if strings.Contains(secret, "-----BEGIN") && (strings.Contains(secret, "PUBLIC KEY-----") || strings.Contains(secret, "CERTIFICATE-----")) {
		return true
	}
	// In base64 the first byte of a key begins with M: most secrets need no closer look.
	if text := strings.TrimSpace(secret); text == "" || text[0] != 'M' && text[0] != '{' && !strings.Contains(text, "-----BEGIN") {
		return false
	}
	k, err := pkixKey(secret)
	return err == nil && k.private == nil
}

// jwk reads a public key in the form of RFC 7517.
func jwk(text string) (key, error) {
	var j struct{ Kty, Crv, X, Y, N, E string }
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return key{}, fmt.Errorf("%w: it is no JWK", ErrSecret)
	}
	part := func(s string) []byte {
		raw, _ := unbase64(s) // what is no base64 fails the checks of length below
		return raw
	}
	switch {
	case j.Kty == "EC" && j.Crv == "P-256" && len(part(j.X)) == 32 && len(part(j.Y)) == 32:
		public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, part(j.X)...), part(j.Y)...))
		if err != nil {
			return key{}, fmt.Errorf("%w: the JWK is no point of P-256", ErrSecret)
		}
		return key{text: text, public: public}, nil
	case j.Kty == "OKP" && j.Crv == "Ed25519" && len(part(j.X)) == ed25519.PublicKeySize:
		return key{text: text, public: ed25519.PublicKey(part(j.X))}, nil
	case j.Kty == "RSA" && len(part(j.N)) >= 256 && len(part(j.N)) <= 1024 && len(part(j.E)) > 0 && len(part(j.E)) <= 3:
		e := int(new(big.Int).SetBytes(part(j.E)).Int64())
		public := &rsa.PublicKey{N: new(big.Int).SetBytes(part(j.N)), E: e}
		return key{text: text, public: public}, checkRSA(public)
	}
	return key{}, fmt.Errorf("%w: the JWK is none of EC P-256, OKP Ed25519 and RSA", ErrSecret)
}

// CheckSecret reports whether a secret can be a key of the scheme. The error wraps
// ErrSecret.
func (s *Scheme) CheckSecret(secret string) error {
	_, err := s.keys(secret)
	return err
}

package signer

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"testing"
)

// Anybody may know a public key, so nothing is genuine because it has an HMAC under
// one: the schemes whose secret is any text must refuse it.
func TestPublicKeyIsNoSharedSecret(t *testing.T) {
	t.Parallel()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ed, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string]string{"jwk": `{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}`}
	for name, public := range map[string]any{"ecdsa": &private.PublicKey, "ed25519": ed} {
		der, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			t.Fatal(err)
		}
		forms[name+" der"] = base64.StdEncoding.EncodeToString(der)
		forms[name+" pem"] = string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
		forms[name+" pem, in one line"] = "-----BEGIN PUBLIC KEY-----" + forms[name+" der"] + "-----END PUBLIC KEY-----"
	}
	for _, s := range All() {
		switch s.Secret {
		case SecretEd25519, SecretECDSA, SecretCert:
			continue // whose key it may be
		}
		for name, secret := range forms {
			ks, err := s.keys(secret)
			if err != nil {
				if !errors.Is(err, ErrSecret) {
					t.Errorf("%s, %s: %v", s.ID, name, err)
				}
				continue
			}
			for _, k := range ks {
				if len(k.bytes) > 0 {
					t.Errorf("%s takes a public key (%s) for the key of an HMAC", s.ID, name)
				}
			}
		}
	}
}

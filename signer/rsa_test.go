package signer

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"
)

// A key whose size would make one signature take for ever is refused before anything
// is computed with it.
func TestRSAKeySizes(t *testing.T) {
	t.Parallel()
	public := func(bits int) string {
		n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
		der, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: n.SetBit(n, 0, 1), E: 65537})
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	}
	odd := new(big.Int).Lsh(big.NewInt(1), 9000)
	jwk := `{"kty":"RSA","e":"AQAB","n":"` + base64.RawURLEncoding.EncodeToString(odd.SetBit(odd, 0, 1).Bytes()) + `"}`
	for _, tt := range []struct {
		name, key, want string
	}{
		{"512 bits", public(512), "an RSA key of 512 bits; use one of 1024 to 8192"},
		{"1024 bits", public(1024), ""},
		{"8192 bits", public(8192), ""},
		{"8193 bits", public(8193), "an RSA key of 8193 bits; use one of 1024 to 8192"},
		{"100,000 bits", public(100_000), "an RSA key of 100000 bits"},
		{"a long private key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: append([]byte{derSequence}, make([]byte, 1<<20)...)})), "longer than a private key of 8192 bits"},
		{"a JWK", jwk, "none of EC P-256, OKP Ed25519 and RSA"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			_, err := pkixKey(tt.key)
			if (err == nil) != (tt.want == "") || err != nil && (!errors.Is(err, ErrSecret) || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("%v, want %q", err, tt.want)
			}
			if took := time.Since(begun); took > 30*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

package signer

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
)

// NewSecret makes a secret in the form that the scheme takes. What signs and what
// verifies are the same text, except for schemes with a key pair: there sign is the
// private key and verify the public one, in the form that providers hand out.
func (s *Scheme) NewSecret() (sign, verify string, err error) {
	var raw [32]byte
	rand.Read(raw[:]) // it never fails: the program ends instead
	switch s.Secret {
	case SecretBase64, SecretBase64Text:
		sign = base64.StdEncoding.EncodeToString(raw[:])
		if len(s.Strip) > 0 {
			sign = s.Strip[0] + sign
		}
		return sign, sign, nil
	case SecretEd25519:
		return s.newEd25519()
	case SecretECDSA:
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return "", "", fmt.Errorf("make a key on P-256: %w", err)
		}
		return keyTexts(private, &private.PublicKey, false)
	case SecretCert:
		private, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return "", "", fmt.Errorf("make an RSA key: %w", err)
		}
		return keyTexts(private, &private.PublicKey, true)
	}
	size := len(raw)
	if s.SecretBytes > 0 {
		size = min(s.SecretBytes, size)
	}
	sign = hex.EncodeToString(raw[:size])
	return sign, sign, nil
}

// newEd25519 writes keys as whsk_ and whpk_ where the scheme knows these, else in
// hexadecimal or base64 like its signatures.
func (s *Scheme) newEd25519() (sign, verify string, err error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", "", fmt.Errorf("make an Ed25519 key: %w", err)
	}
	if len(s.Strip) > 0 {
		return "whsk_" + base64.StdEncoding.EncodeToString(private), "whpk_" + base64.StdEncoding.EncodeToString(public), nil
	}
	if s.Encoding == Hex {
		return hex.EncodeToString(private), hex.EncodeToString(public), nil
	}
	return base64.StdEncoding.EncodeToString(private), base64.StdEncoding.EncodeToString(public), nil
}

// keyTexts writes a pair as base64 of PKCS #8 and SubjectPublicKeyInfo, or in PEM.
func keyTexts(private, public any, inPEM bool) (sign, verify string, err error) {
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return "", "", fmt.Errorf("write the private key: %w", err)
	}
	open, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "", "", fmt.Errorf("write the public key: %w", err)
	}
	if inPEM {
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})), string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: open})), nil
	}
	return base64.StdEncoding.EncodeToString(secret), base64.StdEncoding.EncodeToString(open), nil
}

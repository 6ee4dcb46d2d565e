package signer

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"errors"
	"fmt"
	"hash"
)

// ErrVerifyOnly is returned by Sign for a key that can only verify.
var ErrVerifyOnly = errors.New("this key can verify, not sign: give the private key")

func (a Algorithm) hash() func() hash.Hash {
	switch a {
	case HMACSHA1, DigestSHA1, RSASHA1:
		return sha1.New
	case HMACSHA384:
		return sha512.New384
	case HMACSHA512:
		return sha512.New
	}
	return sha256.New
}

// Size is the length of a digest in bytes, 0 if it varies.
func (a Algorithm) Size() int {
	switch a {
	case HMACSHA1, DigestSHA1:
		return sha1.Size
	case HMACSHA256, DigestSHA256:
		return sha256.Size
	case HMACSHA384:
		return sha512.Size384
	case HMACSHA512, Ed25519:
		return sha512.Size
	}
	return 0
}

// symmetric reports whether the verifier computes the same digest as the signer.
func (a Algorithm) symmetric() bool {
	switch a {
	case HMACSHA1, HMACSHA256, HMACSHA384, HMACSHA512, DigestSHA1, DigestSHA256, Equal:
		return true
	}
	return false
}

// digest computes a symmetric digest.
func (a Algorithm) digest(k *key, content []byte) []byte {
	switch a {
	case HMACSHA1, HMACSHA256, HMACSHA384, HMACSHA512:
		h := hmac.New(a.hash(), k.bytes)
		h.Write(content)
		return h.Sum(nil)
	case Equal:
		return k.bytes
	}
	h := a.hash()()
	h.Write(content)
	return h.Sum(nil)
}

// match reports whether sig is k's signature over content. It takes the same
// time wherever a symmetric signature differs.
func (a Algorithm) match(k *key, content, sig []byte) (bool, error) {
	if a == Equal { // hashed, so that the time does not tell the length either
		want, got := sha256.Sum256(k.bytes), sha256.Sum256(sig)
		return subtle.ConstantTimeCompare(want[:], got[:]) == 1, nil
	}
	if a.symmetric() {
		return subtle.ConstantTimeCompare(a.digest(k, content), sig) == 1, nil
	}
	switch a {
	case Ed25519:
		public, ok := k.public.(ed25519.PublicKey)
		if !ok {
			return false, fmt.Errorf("%w: the scheme needs an Ed25519 key", ErrSecret)
		}
		return len(sig) == ed25519.SignatureSize && ed25519.Verify(public, content, sig), nil
	case ECDSAP256:
		public, ok := k.public.(*ecdsa.PublicKey)
		if !ok || public.Curve.Params().BitSize != 256 {
			return false, fmt.Errorf("%w: the scheme needs an ECDSA key on P-256", ErrSecret)
		}
		sum := sha256.Sum256(content)
		return ecdsa.VerifyASN1(public, sum[:], sig), nil
	case RSASHA1, RSASHA256:
		public, ok := k.public.(*rsa.PublicKey)
		if !ok {
			return false, fmt.Errorf("%w: the scheme needs a certificate or key for RSA", ErrSecret)
		}
		id, sum := a.rsaSum(content)
		return rsa.VerifyPKCS1v15(public, id, sum, sig) == nil, nil
	}
	return false, fmt.Errorf("there is no algorithm %q", a)
}

// sign makes k's signature over content.
func (a Algorithm) sign(k *key, content []byte) ([]byte, error) {
	if a.symmetric() {
		return a.digest(k, content), nil
	}
	switch private := k.private.(type) {
	case nil:
		return nil, ErrVerifyOnly
	case ed25519.PrivateKey:
		if a == Ed25519 {
			return ed25519.Sign(private, content), nil
		}
	case *ecdsa.PrivateKey:
		if a == ECDSAP256 {
			sum := sha256.Sum256(content)
			return ecdsa.SignASN1(rand.Reader, private, sum[:])
		}
	case *rsa.PrivateKey:
		if a == RSASHA1 || a == RSASHA256 {
			id, sum := a.rsaSum(content)
			return rsa.SignPKCS1v15(nil, private, id, sum)
		}
	}
	return nil, fmt.Errorf("%w: it does not fit %s", ErrSecret, a)
}

func (a Algorithm) rsaSum(content []byte) (crypto.Hash, []byte) {
	if a == RSASHA1 {
		sum := sha1.Sum(content)
		return crypto.SHA1, sum[:]
	}
	sum := sha256.Sum256(content)
	return crypto.SHA256, sum[:]
}

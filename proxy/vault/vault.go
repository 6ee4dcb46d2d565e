// Package vault seals secrets, so that a store and its backups hold no secret in
// the clear.
//
// The key is a file of the data folder, see [Open]. Whoever has that file and the
// store can read the secrets; a backup, which has only the store, cannot.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"
)

// File is the name of the key file within a data folder.
const File = "secrets.key"

const keyBytes = 32

// Reasons why a sealed text cannot be opened. Test with errors.Is.
var (
	// ErrOtherKey is returned for what was sealed with the key of another file.
	ErrOtherKey = errors.New("sealed with another key file")
	// ErrDamaged is returned for what is no sealed text of this place.
	ErrDamaged = errors.New("damaged, or moved from another place")
)

// Vault seals and opens secrets with one key. Safe for concurrent use.
type Vault struct {
	aead cipher.AEAD
	id   string // tells keys apart and says nothing of the key
	mark []byte // key of Mark
}

// Ephemeral is a vault whose key ends with the process.
func Ephemeral() *Vault {
	var key [keyBytes]byte
	_, _ = rand.Read(key[:]) // never fails
	return fromKey(key[:])
}

// fromKey takes a key of keyBytes.
func fromKey(key []byte) *Vault {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the length of the key is fixed
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // AES has the block size that GCM needs
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("boathook key id"))
	mark := hmac.New(sha256.New, key)
	mark.Write([]byte("boathook mark of exports"))
	return &Vault{aead: aead, id: hex.EncodeToString(mac.Sum(nil)[:4]), mark: mark.Sum(nil)}
}

// Mark is an HMAC by which what was exported with this key can be told, once it comes
// back, from what somebody else wrote.
func (v *Vault) Mark() hash.Hash { return hmac.New(sha256.New, v.mark) }

// Seal encrypts plain with AES-256-GCM. The result is text. It can be opened only
// with the same aad, which names the place where it is kept, for example
// "inbox/demo".
func (v *Vault) Seal(aad string, plain []byte) (string, error) {
	if aad == "" {
		return "", errors.New("seal a secret: its place is not named")
	}
	sealed := v.aead.Seal(nil, nil, plain, []byte(aad))
	return v.id + "." + base64.RawStdEncoding.EncodeToString(sealed), nil
}

// Unseal opens what Seal made. The error wraps ErrOtherKey or ErrDamaged.
func (v *Vault) Unseal(aad, sealed string) ([]byte, error) {
	id, text, found := strings.Cut(sealed, ".")
	raw, err := base64.RawStdEncoding.Strict().DecodeString(text)
	if !found || err != nil {
		return nil, fmt.Errorf("open a secret of %s: %w", aad, ErrDamaged)
	}
	if id != v.id {
		return nil, fmt.Errorf("open a secret of %s: %w", aad, ErrOtherKey)
	}
	plain, err := v.aead.Open(nil, nil, raw, []byte(aad))
	if err != nil {
		return nil, fmt.Errorf("open a secret of %s: %w", aad, ErrDamaged)
	}
	return plain, nil
}

// String hides the key.
func (v *Vault) String() string { return "vault" }

// GoString hides the key.
func (v *Vault) GoString() string { return "vault" }

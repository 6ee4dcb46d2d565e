package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"time"
)

const (
	// sessionCookie begins the cookie's name. Cookies do not know ports, so the
	// rest of it tells apart servers on one machine.
	sessionCookie = "boathook_session_"
	sessionAge    = 30 * 24 * time.Hour
	sessionBytes  = 8 + 16 + sha256.Size // when it ends, a nonce, the seal
)

// sessions makes and checks session cookies. A session is sealed with a key
// made from the token: it outlives a restart, ends with the token, and does not
// give the token away.
type sessions struct {
	key    []byte
	cookie string // name of the cookie
}

func newSessions(token string) sessions {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("boathook session"))
	key := mac.Sum(nil)
	name := sha256.Sum256(key)
	return sessions{key, sessionCookie + hex.EncodeToString(name[:4])}
}

func (s sessions) open(now time.Time) string {
	b := make([]byte, 24, sessionBytes)
	binary.BigEndian.PutUint64(b, uint64(now.Add(sessionAge).Unix()))
	rand.Read(b[8:24]) //nolint:errcheck // it ends the process rather than return an error
	return base64.RawURLEncoding.EncodeToString(s.seal(b))
}

func (s sessions) valid(value string, now time.Time) bool {
	b, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil || len(b) != sessionBytes {
		return false
	}
	if !hmac.Equal(s.seal(append([]byte(nil), b[:24]...)), b) {
		return false
	}
	return uint64(now.Unix()) < binary.BigEndian.Uint64(b)
}

// seal appends the seal of b to b.
func (s sessions) seal(b []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write(b)
	return mac.Sum(b)
}

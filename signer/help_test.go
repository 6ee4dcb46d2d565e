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
	"strings"
	"sync"
	"testing"
	"time"
)

var testNow = time.Date(2026, 3, 4, 10, 42, 7, 0, time.UTC)

// keyPair is what signs and what verifies; for symmetric schemes the same text.
type keyPair struct{ sign, verify string }

var keyCache = sync.OnceValue(func() map[string][2]keyPair {
	out := map[string][2]keyPair{}
	for _, kind := range []string{"ed", "ec", "rsa"} {
		var pair [2]keyPair
		for i := range pair {
			var private, public any
			switch kind {
			case "ed":
				pub, priv, err := ed25519.GenerateKey(rand.Reader)
				if err != nil {
					panic(err)
				}
				private, public = priv, pub
			case "ec":
				priv, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
				if err != nil {
					panic(err)
				}
				private, public = priv, &priv.PublicKey
			default:
				priv, err := rsa.GenerateKey(rand.Reader, 2048)
				if err != nil {
					panic(err)
				}
				private, public = priv, &priv.PublicKey
			}
			pair[i] = keyPair{pemOf(private, true), pemOf(public, false)}
		}
		out[kind] = pair
	}
	return out
})

func pemOf(k any, private bool) string {
	if private {
		der, err := x509.MarshalPKCS8PrivateKey(k)
		if err != nil {
			panic(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	der, err := x509.MarshalPKIXPublicKey(k)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// testKey makes the i-th secret (0 or 1) in the form that a scheme wants.
func testKey(s *Scheme, i int) keyPair {
	raw := []byte(strings.Repeat(string(rune('k'+i)), 16) + "-0123456789abcde")
	text := base64.StdEncoding.EncodeToString(raw)
	switch s.Secret {
	case SecretBase64, SecretBase64Text:
		if len(s.Strip) > 0 {
			text = s.Strip[0] + text
		}
		return keyPair{text, text}
	case SecretHex:
		text = hex.EncodeToString(raw)
		return keyPair{text, text}
	case SecretEd25519:
		return keyCache()["ed"][i]
	case SecretECDSA:
		return keyCache()["ec"][i]
	case SecretCert:
		return keyCache()["rsa"][i]
	}
	text = "s3cret-of-the-endpoint-" + hex.EncodeToString(raw[:8])
	return keyPair{text, text}
}

// testMessage is a request that a scheme could sign.
func testMessage(s *Scheme) Message {
	m := Message{
		Method: "POST", URL: "https://hooks.example.com/in/demo?b=2&a=1",
		Header:  []Field{{"Host", "hooks.example.com"}, {"Content-Type", "application/json"}},
		Body:    []byte(`{"id":42,"name":"Ærø <b>","url":"https://a.example/b","total":12.50,"tags":["a","b"],"ok":true}`),
		Context: map[string]string{"webhook_id": "8PT597110X687430LKGECATA", "app_key": "278d425bdf160c739803"},
	}
	switch {
	case s.ID == "adyen.payments":
		m.Body = []byte(`{"live":"false","notificationItems":[{"NotificationRequestItem":{"pspReference":"7914073381342284","merchantAccountCode":"Test","merchantReference":"Ref:1","amount":{"value":1130,"currency":"EUR"},"eventCode":"AUTHORISATION","success":"true"}}]}`)
	case s.ID == "mailgun":
		m.Body = []byte(`{"signature":{"token":"c8a1f0"},"event-data":{"event":"opened"}}`)
	case s.ID == "aws.sns":
		m.Body = []byte(`{"Type":"Notification","MessageId":"1","TopicArn":"arn:aws:sns:x","Message":"hi","SignatureVersion":"2"}`)
	case s.ID == "linear":
		m.Body = []byte(`{"action":"create","webhookTimestamp":` + Millis.format(testNow) + `}`)
	case codes[s.Code].covers == CoversFields:
		m.Header[1].Value = "application/x-www-form-urlencoded"
		m.Body = []byte("CallSid=CA1&From=%2B14158675309&Body=hello+there")
	case s.Signature.Query != "":
		m.Method, m.Body = "GET", nil
	}
	return m
}

// signedMessage signs a request with the i-th secret.
func signedMessage(t testing.TB, s *Scheme, m Message, i int, now time.Time) Message {
	t.Helper()
	signed, err := s.Sign(m, []string{testKey(s, i).sign}, "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", now)
	if err != nil {
		t.Fatalf("sign: %v", err)
	}
	return signed.Apply(m)
}

func check(t testing.TB, s *Scheme, m Message, now time.Time, opt Options, secrets ...string) Result {
	t.Helper()
	r, err := s.Verify(&m, secrets, now, opt)
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	return r
}

func eachScheme(t *testing.T, f func(t *testing.T, s *Scheme)) {
	t.Helper()
	if len(All()) < 115 {
		t.Fatalf("only %d schemes", len(All()))
	}
	for _, s := range All() {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			f(t, s)
		})
	}
}

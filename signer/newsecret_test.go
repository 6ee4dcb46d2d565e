package signer

import (
	"errors"
	"strings"
	"testing"
)

func TestNewSecret(t *testing.T) {
	t.Parallel()
	eachScheme(t, func(t *testing.T, s *Scheme) {
		if s.Secret == SecretCert && s.ID != "paypal" {
			return // one RSA key is enough to wait for
		}
		sign, verify, err := s.NewSecret()
		if err != nil {
			t.Fatal(err)
		}
		m := testMessage(s)
		signed, err := s.Sign(m, []string{sign}, "msg_1", testNow)
		if err != nil {
			t.Fatal(err)
		}
		if r := check(t, s, signed.Apply(m), testNow, Options{}, verify); r.Verdict != Valid {
			t.Errorf("%+v", r)
		}
		if sign != verify {
			if _, err := s.Sign(m, []string{verify}, "msg_1", testNow); !errors.Is(err, ErrVerifyOnly) {
				t.Errorf("signing with a public key: %v", err)
			}
		}
		if other, _, _ := s.NewSecret(); other == sign {
			t.Error("the same secret twice")
		}
	})
	s, _ := Lookup("svix.v1a")
	if sign, verify, err := s.NewSecret(); err != nil || !strings.HasPrefix(sign, "whsk_") || !strings.HasPrefix(verify, "whpk_") {
		t.Errorf("%v", err)
	}
	s, _ = Lookup("webconnex")
	if sign, _, err := s.NewSecret(); err != nil || len(sign) != 32 || strings.Trim(sign, "0123456789abcdef") != "" {
		t.Errorf("a secret of %d characters, %v", len(sign), err)
	}
}

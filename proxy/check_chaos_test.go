package proxy

import (
	"testing"

	"github.com/boathook/boathook/signer"
)

// What breaks a signature on purpose is known to the check of it, for every scheme
// whose secrets are no key pairs.
func TestBrokenOnPurposeIsKnown(t *testing.T) {
	t.Parallel()
	found := 0
	for _, s := range signer.All() {
		sign, verify, err := s.NewSecret()
		if err != nil || sign != verify || s.Secret == signer.SecretJWT {
			continue
		}
		wrong, err := Chaos{}.wrongSecret(s, []string{sign})
		if err != nil {
			t.Fatal(err)
		}
		known := onPurpose(s, []signer.Secret{{Name: "current", Value: sign}})
		if len(known) != 1 || known[0].Value != wrong || known[0].Value == sign {
			t.Errorf("%s: the secret of bad-sig is not known", s.ID)
		}
		found++
	}
	if found < 50 {
		t.Errorf("only %d schemes were tried", found)
	}
}

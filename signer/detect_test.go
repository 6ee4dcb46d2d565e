package signer

import "testing"

// A signature that is broken still tells whose it is, if only one provider has
// its header.
func TestDetectByNameAlone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fields []Field
		want   string // "" for none
	}{
		{[]Field{{"X-Webconnex-Signature", "7be104c955d2"}}, "webconnex"},
		{[]Field{{"stripe-signature", "t=now,v1="}}, "stripe.v1"},
		{[]Field{{"X-Signature", "nonsense!"}}, ""},          // of several providers
		{[]Field{{"Authorization", "Bearer something"}}, ""}, // of everybody
		{[]Field{{"Content-Type", "application/json"}}, ""},
	} {
		m := Message{Method: "POST", Header: tt.fields, Body: []byte("{}")}
		got := ""
		if list := Detect(&m); len(list) > 0 {
			got = list[0].ID
		}
		if got != tt.want {
			t.Errorf("%v: %q, want %q", tt.fields, got, tt.want)
		}
	}
}

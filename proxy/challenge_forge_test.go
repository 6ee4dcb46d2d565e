package proxy

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// A handshake that is answered with an HMAC must not sign what somebody wants to
// forge: X signs the body alone, Zoom "v0:", the time and the body.
func TestChallengesSignNoForgery(t *testing.T) {
	t.Parallel()
	x := func(token string) asked {
		for i := range challenges {
			if challenges[i].id == "x" {
				return asked{&challenges[i], token}
			}
		}
		t.Fatal("no challenge of X")
		return asked{}
	}
	secret := "s3cret"
	h := &challenger{judge: &judge{secrets: []Secret{{open: &secret}}}}
	e := &Exchange{Row: inspector.Row{At: time.Now(), Verdict: inspector.Unchecked}}
	for token, want := range map[string]bool{
		"9b4507b3-9040-4669-9ca3-6b94edb50553": true, "MDI3NzYxYTQ_bG9uZw==": true,
		`{"for_user_id":"1"}`: false, "v0:1700000000:{}": false, "a.b": false, "": false, strings.Repeat("a", 300): false,
	} {
		if got := h.obstacle(e, x(token)) == ""; got != want {
			t.Errorf("%.40q is signed: %v", token, got)
		}
	}
}

// All deliveries of a call are made before it returns, so their sum is bounded.
func TestEmitIsBounded(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	to := []string{"http://localhost:1/a", "http://localhost:1/b"}
	_, err := s.Dispatcher().Emit(t.Context(), EmitRequest{Event: Event{Type: "a/b", Payload: []byte("{}")}, To: to, Count: maxCount})
	var invalid *InvalidError
	if !errors.As(err, &invalid) || invalid.Field != "count" || len(s.find("dir:out")) != 0 {
		t.Errorf("%v, %d deliveries", err, len(s.find("dir:out")))
	}
}

package main

import (
	"errors"
	"testing"

	"github.com/boathook/boathook/proxy/mask"
	"github.com/boathook/boathook/web/client"
)

// What a list hides is not shown because the server was too busy to tell the list.
func TestHiddenListIsAskedForAgain(t *testing.T) {
	t.Parallel()
	want, err := mask.Parse([]string{"query.pin"})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	answers := func(first ...error) *hiddenList {
		asked = 0
		return &hiddenList{ask: func() (*mask.Rules, error) {
			if asked++; asked <= len(first) {
				return nil, first[asked-1]
			}
			return want, nil
		}}
	}
	busy := errors.New("no answer")
	if l := answers(busy, busy); l.rules() != want || l.rules() != want || asked != 3 {
		t.Errorf("asked %d times of a busy server", asked)
	}
	// One that is too old is asked once.
	if l := answers(&client.Problem{Status: 404}); l.rules() != nil || l.rules() != nil || asked != 1 {
		t.Errorf("asked %d times of an old server", asked)
	}
	// What did not answer at all may answer later.
	never := make([]error, hiddenTries)
	for i := range never {
		never[i] = busy
	}
	if l := answers(never...); l.rules() != nil || l.rules() != want {
		t.Error("the list is not known when the server answers again")
	}
}

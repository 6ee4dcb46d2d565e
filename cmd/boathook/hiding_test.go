package main

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

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
	never := make([]error, hiddenTries)
	for i := range never {
		never[i] = busy
	}
	synctest.Test(t, func(t *testing.T) { // its clock goes on while all wait
		twice := func(l *hiddenList) [2]*mask.Rules { return [2]*mask.Rules{l.rules(), l.rules()} }
		if got := twice(answers(busy, busy)); got != [2]*mask.Rules{want, want} || asked != 3 {
			t.Errorf("asked %d times of a busy server", asked)
		}
		// One that is too old is asked once.
		if got := twice(answers(&client.Problem{Status: 404})); got != [2]*mask.Rules{} || asked != 1 {
			t.Errorf("asked %d times of an old server", asked)
		}
		// What did not answer at all may answer later.
		if l := answers(never...); l.rules() != nil || l.rules() != want {
			t.Error("the list is not known when the server answers again")
		}
		// A busy server is asked again for a list that has changed, too.
		l := answers(busy, busy)
		l.now, l.known = &mask.Rules{}, true
		if l.renew(); l.rules() != want || asked != 3 {
			t.Errorf("asked %d times of a busy server for the list as it is now", asked)
		}
		// What was hidden stays so while the list is asked for, without waiting, and if nobody tells it.
		l = answers(never...)
		was := &mask.Rules{}
		l.now, l.known = was, true
		renewed := make(chan struct{})
		go func() { l.renew(); close(renewed) }()
		synctest.Wait()
		if !l.mu.TryLock() { // the clock of the test stands still for whoever waits for it
			t.Fatal("what is shown waits for the server")
		}
		l.mu.Unlock()
		if l.rules() != was {
			t.Error("what was hidden is shown while the list is asked for")
		}
		if <-renewed; l.rules() != was {
			t.Error("what was hidden is shown")
		}
		// Whoever ends the command waits for no answer.
		l = answers(never...)
		ended := make(chan struct{})
		close(ended)
		l.ended = ended
		if begun := time.Now(); l.rules() != nil || time.Since(begun) != 0 || asked > hiddenTries {
			t.Errorf("a command that ends waits %s for the list", time.Since(begun))
		}
	})
}

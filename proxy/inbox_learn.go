package proxy

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"
)

// Bounds of the keeping of a secret, for which a sender waits.
const (
	learnTime  = 5 * time.Second
	learnTries = 10 // while others change the inbox
)

// learner keeps the secret that a provider hands over in its handshake. An inbox
// that has one keeps that: otherwise anybody could give it another.
func (s *Inboxes) learner(name string) func(value string) string {
	return func(value string) string {
		ctx, cancel := context.WithTimeout(context.Background(), learnTime)
		defer cancel()
		var err error
		for range learnTries {
			var in Inbox
			in, err = s.Get(name)
			if err == nil && len(in.Secrets) > 0 {
				if live := liveSecrets(in.Secrets, time.Now()); len(live) == 1 && subtle.ConstantTimeCompare([]byte(*live[0].open), []byte(value)) == 1 {
					return "the inbox has this secret already"
				}
				return "its secret was not kept, because the inbox has one; remove that and have the webhook made anew"
			}
			if err == nil {
				in.Secrets = []Secret{{Value: value}}
				_, err = s.Update(ctx, in)
			}
			if err == nil {
				return "its secret is kept as the secret of the inbox"
			}
			if !errors.Is(err, ErrConflict) || s.Reload(ctx) != nil {
				break
			}
		}
		return fmt.Sprintf("its secret could not be kept: %v", err)
	}
}

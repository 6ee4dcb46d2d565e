package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

// applyInboxes stores the inboxes of the config files. What a file does not say
// gets its default; only the token and the secrets stay, since senders know them.
func (a *app) applyInboxes(ctx context.Context, inboxes *proxy.Inboxes) error {
	for _, in := range a.cfg.Inboxes() {
		old, err := inboxes.Get(in.Name)
		switch {
		case errors.Is(err, inspector.ErrNotFound):
			_, err = inboxes.Create(ctx, in.Inbox)
		case err == nil:
			in.Rev, in.Token = old.Rev, first(in.Token, old.Token)
			if in.Secrets == nil {
				in.Secrets = old.Secrets
			}
			_, err = inboxes.Update(ctx, in.Inbox)
		}
		var invalid *proxy.InvalidError
		if errors.As(err, &invalid) {
			return &config.Error{
				File: in.File, Line: in.Line, Hint: invalid.Hint,
				Text: fmt.Sprintf("inboxes.%s: %s %s", in.Name, invalid.Field, invalid.Text),
			}
		}
		if err != nil {
			return fmt.Errorf("set up inbox %s: %w", in.Name, err)
		}
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/instance"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
)

// applyFiles stores what the config files describe: schemes first, since inboxes
// and endpoints may be set to them. What a file does not say of one of these gets
// its default.
func (a *app) applyFiles(ctx context.Context, s *instance.Server) error {
	if err := a.applySchemes(ctx, s.Schemes()); err != nil {
		return err
	}
	if err := a.applyInboxes(ctx, s.Inboxes()); err != nil {
		return err
	}
	if err := a.applyEndpoints(ctx, s.Endpoints()); err != nil {
		return err
	}
	return a.applySending(ctx, s.Settings())
}

// placed says where in a file it stands what could not be stored.
func placed(p config.Place, what string, err error) error {
	var invalid *proxy.InvalidError
	var field *signer.FieldError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &invalid):
		return p.Error(invalid.Field, invalid.Text, invalid.Hint)
	case errors.As(err, &field):
		return p.Error(field.Field, field.Text, "")
	}
	return fmt.Errorf("set up %s: %w", what, err)
}

func (a *app) applySchemes(ctx context.Context, schemes *proxy.Schemes) error {
	for _, s := range a.cfg.Schemes() {
		old, err := schemes.Get(s.ID)
		switch {
		case errors.Is(err, inspector.ErrNotFound):
			err = nil
		case err == nil && reflect.DeepEqual(&old.Scheme, s.Scheme):
			continue
		}
		if err == nil {
			_, err = schemes.Put(ctx, *s.Scheme, old.Rev)
		}
		if err := placed(s.Place, "scheme "+s.ID, err); err != nil {
			return err
		}
	}
	return nil
}

// applyInboxes keeps the token and the secrets that a file does not name, since
// senders know them.
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
		if err := placed(in.Place, "inbox "+in.Name, err); err != nil {
			return err
		}
	}
	return nil
}

// applyEndpoints keeps the secrets that a file does not name, since receivers know
// them. One that is new and has none gets one, which is shown once.
func (a *app) applyEndpoints(ctx context.Context, endpoints *proxy.Endpoints) error {
	for _, ep := range a.cfg.Endpoints() {
		old, err := endpoints.Get(ep.Name)
		switch {
		case errors.Is(err, inspector.ErrNotFound):
			var made proxy.Endpoint
			if made, err = endpoints.Create(ctx, ep.Endpoint); err == nil {
				a.tellSecrets(&made)
			}
		case err == nil:
			ep.Rev = old.Rev
			_, err = endpoints.Update(ctx, ep.Endpoint)
		}
		if err := placed(ep.Place, "endpoint "+ep.Name, err); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) tellSecrets(ep *proxy.Endpoint) {
	for _, s := range ep.Secrets {
		if s.Value != "" {
			a.say("%s endpoint %s is new, its secret %s is shown once", a.err.Warn.Sprint("note:"), terminal.Safe(ep.Name), a.err.Bold.Sprint(terminal.Safe(s.Value)))
		}
	}
}

func (a *app) applySending(ctx context.Context, settings *proxy.Settings) error {
	for _, s := range a.cfg.Sending() {
		now := settings.Get()
		want := now
		s.Apply(&want)
		if reflect.DeepEqual(now, want) {
			continue
		}
		_, err := settings.Update(ctx, want)
		if err := placed(s.Place, "sending", err); err != nil {
			return err
		}
	}
	return nil
}

package instance

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// sweeper is a store of which only the sweeping is used.
type sweeper struct {
	inspector.Store
	result inspector.Swept
	err    error
}

func (s *sweeper) Sweep(context.Context, inspector.Workspace, time.Time, inspector.Policy) (inspector.Swept, error) {
	return s.result, s.err
}

func TestSweepTellsThatItHoldsBack(t *testing.T) {
	t.Parallel()
	var held atomic.Bool
	for _, tt := range []struct {
		name   string
		result inspector.Swept
		err    error
		want   bool
	}{
		{"nothing yet", inspector.Swept{}, nil, false},
		{"over half is too old", inspector.Swept{Held: true}, nil, true},
		{"it could not be looked at", inspector.Swept{}, errors.New("disk"), true},
		{"deleted by hand", inspector.Swept{}, nil, false},
	} {
		s := &sweeper{result: tt.result, err: tt.err}
		if more := sweepOnce(t.Context(), s, inspector.Policy{}, &held, slog.New(slog.DiscardHandler)); !more || held.Load() != tt.want {
			t.Errorf("%s: held = %v, want %v", tt.name, held.Load(), tt.want)
		}
	}
}

package proxy

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// fallback sets the rule where neither an endpoint nor a provider has one.
func (s *stand) fallback(retry RetrySetting) SettingsValues {
	s.t.Helper()
	v := s.Settings().Get()
	v.Retry = retry
	v, err := s.Settings().Update(context.Background(), v)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

// The default rule counts where neither an endpoint nor its provider has one, and the
// plan, the delivery and the tries have the same.
func TestDefaultRetry(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"))
	at := "http://" + app.addr + "/"
	s.endpoint(Endpoint{Name: "crm", URL: at, Events: []string{"slack-commands/*"}})
	s.endpoint(Endpoint{Name: "never", URL: at, Events: []string{"slack-commands/*"}, Retry: RetrySetting{Preset: "none"}})
	for _, tt := range []struct {
		fallback  string
		event, to string
		tries     int
	}{
		{"", "webconnex/registration", "crm", 1},
		{"1ms,1ms", "webconnex/registration", "crm", 3},
		{"1ms,1ms", "webconnex/registration", at, 3},
		{"1ms,1ms", "some/thing", at, 3},
		{"1ms,1ms", "github/push", at, 1}, // documents that it does not try again
		{"1ms,1ms", "webconnex/registration", "never", 1},
		{"1ms", "webconnex/registration", "crm", 2},
		{"none", "webconnex/registration", "crm", 1},
	} {
		if tt.fallback != "" {
			retry, err := ReadRetry(tt.fallback)
			if err != nil {
				t.Fatal(err)
			}
			s.fallback(retry)
		}
		req := EmitRequest{Event: Event{Type: tt.event, Payload: []byte(`{"a":1}`)}, To: []string{tt.to}}
		plan, err := s.Dispatcher().Plan(t.Context(), req)
		if err != nil || len(plan) != 1 {
			t.Fatalf("%+v: %+v, %v", tt, plan, err)
		}
		row := s.emit(req)[0]
		_, attempts := s.over(row.ID)
		if len(plan[0].Tries) != tt.tries || row.MaxTries != tt.tries || len(attempts) != tt.tries {
			t.Errorf("%+v: %d tries planned, %d at most, %d made", tt, len(plan[0].Tries), row.MaxTries, len(attempts))
		}
	}
}

func TestDefaultRetryIsKeptPlain(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	if v := s.Settings().Get(); v.Retry.Preset != "none" || v.Retry.Delays == nil {
		t.Errorf("at first %+v", v.Retry)
	}
	for _, tt := range []struct {
		in     RetrySetting
		preset string
		delays string
		jitter float64
	}{
		{RetrySetting{Preset: "Site-Stacker", Delays: []string{"5s"}, Jitter: 0.5}, "10x1m", "", 0},
		{RetrySetting{Preset: "backoff 1s..4s x4"}, "custom", "1s,2s,4s,4s", 0},
		{RetrySetting{Preset: "custom", Delays: []string{"5s", "90s"}, Jitter: 0.1}, "custom", "5s,1m30s", 0.1},
		{RetrySetting{Preset: "none"}, "none", "", 0},
	} {
		v := s.fallback(tt.in)
		if again := s.Settings().Get(); !slices.Equal(v.Retry.Delays, again.Retry.Delays) || v.Retry.Preset != again.Retry.Preset || v.Retry.Jitter != again.Retry.Jitter {
			t.Errorf("%+v: %+v, then %+v", tt.in, v.Retry, again.Retry)
		}
		if v.Retry.Preset != tt.preset || strings.Join(v.Retry.Delays, ",") != tt.delays || v.Retry.Jitter != tt.jitter {
			t.Errorf("%+v: stored %+v", tt.in, v.Retry)
		}
	}
	for field, retry := range map[string]RetrySetting{
		"retry.preset": {Preset: "provider"}, "retry.delays": {Preset: "custom"}, "retry.jitter": {Preset: "custom", Delays: []string{"1s"}, Jitter: 2},
	} {
		v := s.Settings().Get()
		v.Retry = retry
		var invalid *InvalidError
		if _, err := s.Settings().Update(t.Context(), v); !errors.As(err, &invalid) || invalid.Field != field || invalid.Hint == "" {
			t.Errorf("%+v: %v, want the field %s", retry, err, field)
		}
	}
}

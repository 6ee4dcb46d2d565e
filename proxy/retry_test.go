package proxy

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// failures runs a rule against a target that always fails, without jitter.
func failures(r RetryRule, res TryResult) (delays []time.Duration) {
	for try := 0; ; try++ {
		delay, again, _ := r.Next(try, res, nil)
		if !again {
			return delays
		}
		delays = append(delays, delay)
	}
}

func TestRetryPresetsAreTheProviders(t *testing.T) {
	t.Parallel()
	total := func(ds []time.Duration) (sum time.Duration) {
		for _, d := range ds {
			sum += d
		}
		return sum
	}
	for _, tt := range []struct {
		preset   string
		requests int
		total    time.Duration
	}{
		{"10x1m", 11, 10 * time.Minute},
		{"3x24h", 3, 48 * time.Hour},
		{"svix", 8, 5*time.Second + 35*time.Minute + 27*time.Hour},
		{"none", 1, 0},
		{"github", 1, 0},
		{"webconnex", 1, 0},
		{"shopify", 9, 4 * time.Hour},
		{"stripe", 10, 0},
	} {
		r, err := ParseRetry(tt.preset)
		if err != nil {
			t.Fatal(err)
		}
		delays := failures(r, TryResult{Status: 500})
		if len(delays)+1 != tt.requests || r.MaxTries() != tt.requests || tt.total > 0 && total(delays) != tt.total {
			t.Errorf("%s: %d requests over %s", tt.preset, len(delays)+1, total(delays))
		}
		if r.Source == "" || tt.preset == "stripe" && r.Inferred == "" {
			t.Errorf("%s: source %q, inferred %q", tt.preset, r.Source, r.Inferred)
		}
	}
	if len(RetryPresets()) != 1+len(retryProviders) {
		t.Error("the catalogue lacks a provider that a preset is named after")
	}
	if stripe, _ := ParseRetry("stripe"); total(stripe.Delays) > 72*time.Hour {
		t.Errorf("stripe tries for %s", total(stripe.Delays))
	}
}

func TestCatalogueRetryRulesCountBeforePresets(t *testing.T) {
	t.Parallel()
	if got := ProviderRetry(provider(t, "sitestacker")).String(); got != "10x1m" {
		t.Errorf("Site Stacker's rule is printed as %q", got)
	}
	for id, requests := range map[string]int{"sitestacker": 11, "stockcrowd": 3, "svix": 8, "webconnex": 1, "github": 1} {
		rules := (&Endpoint{}).Rules(provider(t, id), nil)
		if got := rules.Retry.MaxTries(); got != requests {
			t.Errorf("%s: %d requests, want %d", id, got, requests)
		}
	}
	svix := (&Endpoint{}).Rules(provider(t, "svix"), nil).Retry
	if svix.Jitter != 0.2 || svix.RetryAfter != RetryAfterClamp || svix.MinAfter429 != time.Minute || svix.Stop.Value != "abort-message" {
		t.Errorf("svix: %+v", svix)
	}
	own := (&Endpoint{Retry: RetrySetting{Preset: "custom", Delays: []string{"1s", "2s"}, Jitter: 0.5}}).Rules(provider(t, "svix"), nil).Retry
	if len(own.Delays) != 2 || own.Jitter != 0.5 || own.RetryAfter != "" {
		t.Errorf("own: %+v", own)
	}
}

func TestSvixRetryRule(t *testing.T) {
	t.Parallel()
	svix, _ := ParseRetry("svix")
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	head := func(lines string) inspector.Head {
		return inspector.ParseHead([]byte("HTTP/1.1 503 x\r\n" + lines + "\r\n"))
	}
	for _, tt := range []struct {
		name  string
		try   int
		res   TryResult
		rnd   float64
		want  time.Duration
		again bool
		why   string
	}{
		{"first failure", 0, TryResult{Status: 500, At: at}, 0.5, 5 * time.Second, true, "try 2 of 8 follows 5s later"},
		{"jitter, shortest", 1, TryResult{Status: 500, At: at}, 0, 4 * time.Minute, true, "±20 %"},
		{"jitter, longest", 1, TryResult{Status: 500, At: at}, 1, 6 * time.Minute, true, "±20 %"},
		{"a minute after 429", 0, TryResult{Status: 429, At: at}, 0.5, time.Minute, true, "least after a 429"},
		{"a minute after a timeout", 0, TryResult{Failure: inspector.FailTimeout, At: at}, 0.5, time.Minute, true, "least after a 429"},
		{"no minute after a reset", 0, TryResult{Failure: inspector.FailReset, At: at}, 0.5, 5 * time.Second, true, ""},
		{"Retry-After within twice the delay", 1, TryResult{Status: 503, Head: head("Retry-After: 420\r\n"), At: at}, 0.5, 7 * time.Minute, true, "as Retry-After asked for"},
		{"Retry-After too long", 1, TryResult{Status: 503, Head: head("Retry-After: 100000\r\n"), At: at}, 0.5, 10 * time.Minute, true, "more than the rule allows"},
		{"Retry-After too short", 1, TryResult{Status: 503, Head: head("Retry-After: 1\r\n"), At: at}, 0.5, 5 * time.Minute, true, "asked for less"},
		{"Retry-After as a date", 1, TryResult{Status: 503, Head: head("Retry-After: Thu, 01 Jan 2026 00:06:00 GMT\r\n"), At: at}, 0.5, 6 * time.Minute, true, "as Retry-After asked for"},
		{"Retry-After as text", 1, TryResult{Status: 503, Head: head("Retry-After: soon\r\n"), At: at}, 0.5, 5 * time.Minute, true, ""},
		{"Retry-After in the past", 1, TryResult{Status: 503, Head: head("Retry-After: Thu, 01 Jan 2015 00:06:00 GMT\r\n"), At: at}, 0.5, 5 * time.Minute, true, ""},
		{"stop header", 1, TryResult{Status: 503, Head: head("Webhook-Delivery: abort-message\r\n"), At: at}, 0.5, 0, false, "asked for no further try"},
		{"exhausted", 7, TryResult{Status: 500, At: at}, 0.5, 0, false, "given up after 8 tries"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			delay, again, why := svix.Next(tt.try, tt.res, func() float64 { return tt.rnd })
			if delay != tt.want || again != tt.again || !strings.Contains(why, tt.why) {
				t.Errorf("%s, %v, %q", delay, again, why)
			}
		})
	}
}

func TestRetryByStatus(t *testing.T) {
	t.Parallel()
	r := RetryRule{Delays: every(time.Second, 2), StopStatus: []string{"410"}, OnlyStatus: []string{"5xx", "410"}}
	for status, want := range map[int]bool{500: true, 404: false, 410: false} {
		if _, again, why := r.Next(0, TryResult{Status: status}, nil); again != want || why == "" {
			t.Errorf("%d: %v, %q", status, again, why)
		}
	}
	if _, again, _ := r.Next(0, TryResult{Failure: inspector.FailReset}, nil); again {
		t.Error("a failure without an answer is tried again, although only answers are")
	}
}

func TestParseRetry(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, print string
		delays      []time.Duration
	}{
		{"5s,5m,30m", "5s,5m,30m", []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute}},
		{" 2x90s ", "2x1m30s", every(90*time.Second, 2)},
		{"2x24h", "2x24h", every(24*time.Hour, 2)},
		{"2d", "48h", []time.Duration{48 * time.Hour}},
		{"1x1m", "1m", every(time.Minute, 1)},
		{"backoff 1s..10s x6", "1s,2s,4s,8s,10s,10s", []time.Duration{1e9, 2e9, 4e9, 8e9, 10e9, 10e9}},
		{"Site-Stacker", "10x1m", every(time.Minute, 10)},
		{"3x24h", "3x24h", every(24*time.Hour, 2)},
		{"0s", "0s", []time.Duration{0}},
	} {
		r, err := ParseRetry(tt.text)
		if err != nil || !slices.Equal(r.Delays, tt.delays) || r.String() != tt.print {
			t.Errorf("%q: %v as %q, %v", tt.text, r.Delays, r, err)
			continue
		}
		if again, err := ParseRetry(r.String()); err != nil || !slices.Equal(again.Delays, r.Delays) {
			t.Errorf("%q printed as %q reads as %v, %v", tt.text, r, again.Delays, err)
		}
	}
	if got := (RetryRule{Delays: every(24*time.Hour, 3)}).String(); got != "24h,24h,24h" {
		t.Errorf("three retries a day apart are printed as %q, which is the preset of two", got)
	}
	for _, text := range []string{"", "x", "0x1m", "101x1m", "10x", "-5s", "31d", "1000h", "5s;5m", "backoff", "backoff 1s x8", "backoff 1h..1s x8", "backoff 1s..1h", "5s,,5m", "1e9x1s"} {
		var invalid *InvalidError
		if r, err := ParseRetry(text); !errors.As(err, &invalid) || invalid.Hint == "" && !strings.Contains(invalid.Text, "limit") {
			t.Errorf("%q: %+v, %v", text, r, err)
		}
	}
}

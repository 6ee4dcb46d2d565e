package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"

	"github.com/boathook/boathook/inspector"
)

// Bounds of the settings.
const (
	maxSettingsBytes = 64 << 10
	maxAllow         = 1000
	maxCap           = 1_000_000
	settingsKind     = "settings"
	settingsName     = "sending" // the entry is settings/sending
)

// SettingsValues say what may be sent to whom.
type SettingsValues struct {
	Rev     uint64 `json:"rev"`     // 0 before they were ever changed
	Sending bool   `json:"sending"` // master switch: off sends nothing at all
	// Allow lists the hosts that may be sent to besides loopback: a name, "*." before
	// one for the names below it, an address, or "*" for all.
	Allow []string `json:"allow"`
	Cap   float64  `json:"cap"` // tries per second of all endpoints together; 0: no bound
	// Retry is the rule for an endpoint that leaves it to the provider, and for what is
	// sent without an endpoint, where the provider documents none. Its preset is never
	// "provider".
	Retry RetrySetting `json:"retry"`

	rule RetryRule // that Retry is, of settings that were stored
}

// defaultSettings hold until they are changed: only loopback may be sent to, and what
// has no retry rule is sent once.
func defaultSettings() SettingsValues {
	return SettingsValues{Sending: true, Allow: []string{"localhost"}, Cap: 100, Retry: RetrySetting{Preset: retryNone, Delays: []string{}}}
}

// ErrSendingOff is returned for everything that would be sent while the master
// switch is off.
var ErrSendingOff = errors.New("sending is switched off in the settings; switch it on, or: boathook config set sending.enabled true")

// HostError is returned for hosts that may not be sent to yet.
type HostError struct{ Hosts []string } // one or more

func (e *HostError) Error() string {
	if len(e.Hosts) == 1 {
		return fmt.Sprintf("%s may not be sent to yet; allow it in Settings under Sending, or: boathook config set sending.allow +%s", e.Hosts[0], e.Hosts[0])
	}
	return fmt.Sprintf("%s may not be sent to yet; allow them in Settings under Sending, or: boathook config set sending.allow +%s",
		strings.Join(e.Hosts, ", "), strings.Join(e.Hosts, ",+"))
}

// add adds the hosts of an error that is a HostError, and reports whether it is one.
func (e *HostError) add(err error) bool {
	var other *HostError
	if !errors.As(err, &other) {
		return false
	}
	for _, host := range other.Hosts {
		if !slices.Contains(e.Hosts, host) {
			e.Hosts = append(e.Hosts, host)
		}
	}
	return true
}

// Settings are the settings of a workspace for sending. Safe for concurrent use.
type Settings struct{ reg registry[SettingsValues] }

// OpenSettings reads the settings of a workspace.
func OpenSettings(ctx context.Context, store inspector.Store, ws inspector.Workspace, log *slog.Logger) (*Settings, error) {
	s := &Settings{}
	s.reg = registry[SettingsValues]{store: store, ws: ws, log: log, kind: settingsKind, limit: maxSettingsBytes, read: readSettings}
	return s, s.Reload(ctx)
}

func readSettings(_ string, e inspector.ConfigEntry) (SettingsValues, error) {
	v := defaultSettings()
	if err := json.Unmarshal(e.Value, &v); err != nil {
		return v, fmt.Errorf("read entry %s: %w", e.Key, err)
	}
	v.Rev = e.Rev
	v.Allow = list(v.Allow)
	if err := v.check(); err != nil {
		return v, err
	}
	v.Retry = v.Retry.plain()
	v.rule = v.Retry.rule()
	return v, nil
}

// Get returns the settings as they are.
func (s *Settings) Get() SettingsValues {
	v := s.shared()
	v.Allow, v.Retry.Delays, v.rule = slices.Clone(v.Allow), slices.Clone(v.Retry.Delays), RetryRule{}
	return v
}

// shared is Get for who changes nothing in the lists.
func (s *Settings) shared() SettingsValues {
	v, ok := s.reg.lookup(settingsName)
	if !ok {
		return defaultSettings()
	}
	return v
}

// retry is the rule where neither an endpoint nor a provider has one.
func (s *Settings) retry() RetryRule {
	v, _ := s.reg.lookup(settingsName)
	return v.rule
}

// Update replaces the settings if their revision is still v.Rev. The error is an
// [*InvalidError], ErrConflict, or one of the store.
func (s *Settings) Update(ctx context.Context, v SettingsValues) (SettingsValues, error) {
	v.Allow = slices.Clone(list(v.Allow))
	for i, host := range v.Allow {
		v.Allow[i] = strings.ToLower(strings.TrimSpace(host))
	}
	slices.Sort(v.Allow)
	v.Allow = slices.Compact(v.Allow)
	if err := v.check(); err != nil {
		return SettingsValues{}, err
	}
	v.Retry = v.Retry.plain()
	want := v.Rev
	v.Rev = 0
	rev, err := s.reg.put(ctx, settingsName, want, v)
	if err != nil {
		return SettingsValues{}, err
	}
	v.Rev = rev
	return v, nil
}

// Reload looks at what is stored.
func (s *Settings) Reload(ctx context.Context) error { return s.reg.reload(ctx) }

// Check decides whether a URL, or the host of a mail server, may be sent to. What
// the names of hosts resolve to is looked at again right before connecting. The
// error is an [*InvalidError] for what is no URL, ErrSendingOff, or a
// [*HostError].
func (s *Settings) Check(url string) error {
	a, invalid := parseTarget(url)
	if invalid != nil {
		invalid.Field = "url"
		return invalid
	}
	return s.CheckHost(a.host)
}

// CheckHost is Check for the name or the address of a host.
func (s *Settings) CheckHost(host string) error {
	v := s.Get()
	if !v.Sending {
		return ErrSendingOff
	}
	if v.Allows(host) {
		return nil
	}
	return &HostError{[]string{host}}
}

// Allows reports whether a host may be sent to.
func (v *SettingsValues) Allows(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if isLoopbackHost(host) {
		return true
	}
	for _, allowed := range v.Allow {
		switch below, wild := strings.CutPrefix(allowed, "*."); {
		case allowed == "*", allowed == host:
			return true
		case wild && strings.HasSuffix(host, "."+below):
			return true
		}
	}
	return false
}

// isLoopbackHost reports whether a host is this machine by its name or address
// alone.
func isLoopbackHost(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func (v *SettingsValues) check() error {
	if len(v.Allow) > maxAllow {
		return &InvalidError{Field: "allow", Text: fmt.Sprintf("has %d hosts, the limit is %d", len(v.Allow), maxAllow)}
	}
	for i, host := range v.Allow {
		name := strings.TrimPrefix(host, "*.")
		_, err := netip.ParseAddr(name)
		if host == "*" || err == nil || name != "" && isHostName(name) {
			continue
		}
		return &InvalidError{Field: fmt.Sprintf("allow[%d]", i), Text: fmt.Sprintf("%.80q is no host", host), Hint: "write a host without scheme, port or path, such as crm.example.org or *.example.org"}
	}
	if !(v.Cap >= 0 && v.Cap <= maxCap) {
		return &InvalidError{Field: "cap", Text: fmt.Sprintf("%v is out of range", v.Cap), Hint: fmt.Sprintf("use 0 (no bound) to %d per second", maxCap)}
	}
	if v.Retry.Preset == "" || v.Retry.Preset == retryProvider {
		return &InvalidError{Field: "retry.preset", Text: fmt.Sprintf("%q is no rule of its own", v.Retry.Preset), Hint: retryHint}
	}
	return v.Retry.check()
}

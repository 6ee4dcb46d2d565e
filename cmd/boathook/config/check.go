package config

import (
	"fmt"
	"math"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

func oneOf(words ...string) func(string) error {
	return func(s string) error {
		for _, w := range words {
			if s == w {
				return nil
			}
		}
		if near := Nearest(s, words); near != "" {
			return fmt.Errorf("want %s, got %q; did you mean %q?", strings.Join(words, ", "), clip(s), near)
		}
		return fmt.Errorf("want %s, got %q", strings.Join(words, ", "), clip(s))
	}
}

func checkBool(s string) error {
	if s != "true" && s != "false" {
		return fmt.Errorf("want true or false, got %q", clip(s))
	}
	return nil
}

func checkPort(s string) error {
	if n, err := strconv.ParseUint(s, 10, 16); err != nil || strconv.FormatUint(n, 10) != s {
		return fmt.Errorf("want a port from 0 to 65535, got %q", clip(s))
	}
	return nil
}

func checkAddr(s string) error {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return fmt.Errorf("want HOST:PORT, got %q", clip(s))
	}
	if host == "" {
		return fmt.Errorf("want HOST:PORT, got %q; for all addresses write 0.0.0.0:%s", clip(s), clip(port))
	}
	return checkPort(port)
}

func checkHost(s string) error {
	if s == "" || strings.ContainsAny(s, "/ \t\r\n@?#*") {
		return fmt.Errorf("want a host name such as boathook.test, got %q", clip(s))
	}
	return nil
}

// Prefix reads an address or a network.
func Prefix(s string) (netip.Prefix, error) {
	if ip, err := netip.ParseAddr(s); err == nil && ip.Zone() == "" {
		return netip.PrefixFrom(ip, ip.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, fmt.Errorf("want an address or a network such as 10.1.0.0/16, got %q", clip(s))
	}
	return p, nil
}

func checkPrefix(s string) error {
	_, err := Prefix(s)
	return err
}

func checkURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("want an http or https URL, got %q", clip(s))
	}
	return nil
}

// ServerURL reads where a server is: the URL of its page, HOST:PORT, or a port of this
// machine.
func ServerURL(s string) (string, error) {
	u, err := TargetURL(s)
	if err != nil {
		return "", fmt.Errorf("want the URL of a page such as http://127.0.0.1:4600, or its port, got %q", clip(s))
	}
	return u, nil
}

func checkServer(s string) error {
	_, err := ServerURL(s)
	return err
}

func checkStore(s string) error {
	kind, rest, found := strings.Cut(s, ":")
	switch {
	case kind == "memory" && found && rest == "":
		return nil
	case kind == "badger" && found && rest != "":
		return nil
	}
	return fmt.Errorf("want badger:PATH or memory:, got %q", clip(s))
}

func checkCount(s string) error {
	_, err := ParseCount(s)
	return err
}

func checkSize(s string) error {
	_, err := ParseSize(s)
	return err
}

func checkBodyLimit(s string) error {
	n, err := ParseSize(s)
	if err == nil && n > 1e9 {
		err = fmt.Errorf("want at most 1GB, got %q: a single request must not take more of the disk", clip(s))
	}
	return err
}

func checkMemory(s string) error {
	n, err := ParseSize(s)
	if err == nil && n != 0 && n < 64e6 {
		err = fmt.Errorf("want 0 or at least 64MB, got %q: with less, the process would do nothing but free memory", clip(s))
	}
	return err
}

func checkAge(s string) error {
	_, err := ParseAge(s)
	return err
}

// ParseCount reads a number of things, 0 or more.
func ParseCount(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 53)
	if err != nil || n > math.MaxInt {
		return 0, fmt.Errorf("want a whole number of 0 or more, got %q", clip(s))
	}
	return int(n), nil
}

var sizeUnits = []struct {
	suffix string
	bytes  float64
}{
	{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"tib", 1 << 40},
	{"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"tb", 1e12}, {"b", 1}, {"", 1},
}

// ParseSize reads a size in bytes: 1000, 512KiB, 32MB, 1.5GB.
func ParseSize(s string) (int64, error) {
	lower := strings.ToLower(s)
	for _, u := range sizeUnits {
		number, ok := strings.CutSuffix(lower, u.suffix)
		if !ok {
			continue
		}
		n, err := plainNumber(number)
		if err != nil || n*u.bytes > 1<<60 {
			break
		}
		return int64(n * u.bytes), nil
	}
	return 0, fmt.Errorf("want a size such as 512KiB, 32MB or 1.5GB, got %q", clip(s))
}

// plainNumber refuses what ParseFloat takes beyond digits and one point.
func plainNumber(s string) (float64, error) {
	if strings.Trim(s, "0123456789.") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(s, 64)
}

// ParseAge reads a length of time as time.ParseDuration does, with d for days
// and w for weeks as well. It is never negative.
func ParseAge(s string) (time.Duration, error) {
	for suffix, unit := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		if number, ok := strings.CutSuffix(s, suffix); ok {
			if n, err := plainNumber(number); err == nil && n*float64(unit) < float64(math.MaxInt64) {
				return time.Duration(n * float64(unit)), nil
			}
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return d, nil
	}
	return 0, fmt.Errorf("want a length of time such as 90s, 12h or 30d, got %q", clip(s))
}

// clip keeps a message on one line, whatever was typed.
func clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

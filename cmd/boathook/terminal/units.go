package terminal

import (
	"fmt"
	"time"

	"github.com/boathook/boathook/catalog"
)

// Bytes writes a size as people read it, in steps of 1,000: 312B, 2.1kB, 32MB.
func Bytes(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%dB", n)
	}
	units := "kMGTPE"
	value, unit := float64(n)/1000, 0
	for value >= 999.5 && unit < len(units)-1 {
		value, unit = value/1000, unit+1
	}
	if value < 9.95 {
		return fmt.Sprintf("%.1f%cB", value, units[unit])
	}
	return fmt.Sprintf("%.0f%cB", value, units[unit])
}

// Duration writes a duration shortly: 3ms, 1.2s, 4m10s, 5m, 3h.
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Duration(-d)
	case d == 0:
		return "0ms"
	case d < time.Millisecond:
		return "<1ms"
	case d < time.Second:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d.Round(time.Second) < time.Hour:
		return catalog.Duration(d.Round(time.Second)).String()
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Round(time.Second).Hours()))
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}

// Count writes a number with a comma between thousands.
func Count[T int | int64 | uint64](n T) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

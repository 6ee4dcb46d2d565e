package terminal

import "time"

// Clock writes points in time the way the user asked for.
type Clock struct {
	Form string // rel, abs or utc; "" picks by who reads
	Now  func() time.Time
}

// For a person: the time of day here, with the date when it is not today.
const (
	timeOfDay = "15:04:05.000"
	dayAndHr  = "2006-01-02 15:04:05"
	machine   = "2006-01-02T15:04:05.000000Z07:00"
)

// Write returns t for a terminal, or in a stable form for a pipe.
func (c Clock) Write(t time.Time, terminal bool) string {
	switch c.Form {
	case "rel":
		return Duration(c.Now().Sub(t).Truncate(time.Millisecond)) + " ago"
	case "utc":
		return t.UTC().Format(machine)
	case "abs":
		if !terminal {
			return t.Local().Format(machine)
		}
	default:
		if !terminal {
			return t.UTC().Format(machine)
		}
	}
	t = t.Local()
	if now := c.Now().Local(); now.Format(time.DateOnly) == t.Format(time.DateOnly) {
		return t.Format(timeOfDay)
	}
	return t.Format(dayAndHr)
}

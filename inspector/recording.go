package inspector

import (
	"strings"
	"time"
)

// RecordingTag begins the tag of what belongs to a recording.
const RecordingTag = "rec="

// RecordingSum is what the deliveries of a recording add up to.
type RecordingSum struct {
	Deliveries int       `json:"deliveries"`
	Bytes      int64     `json:"bytes"`          // of the bodies of requests and last answers
	First      time.Time `json:"first,omitzero"` // when the oldest arrived; zero if there is none
	Last       time.Time `json:"last,omitzero"`
}

// Add takes in what other deliveries come to.
func (s *RecordingSum) Add(more RecordingSum) {
	if s.Deliveries == 0 || more.Deliveries > 0 && more.First.Before(s.First) {
		s.First = more.First
	}
	if more.Last.After(s.Last) {
		s.Last = more.Last
	}
	s.Deliveries += more.Deliveries
	s.Bytes += more.Bytes
}

// Recording is what one delivery comes to.
func (r *Row) Recording() RecordingSum {
	return RecordingSum{Deliveries: 1, Bytes: r.Size + r.RespSize, First: r.At, Last: r.At}
}

// Recordings are the recordings that the delivery belongs to.
func (r *Row) Recordings() []string {
	var names []string
	for _, tag := range r.Tags {
		if name, ok := strings.CutPrefix(tag, RecordingTag); ok {
			names = append(names, name)
		}
	}
	return names
}

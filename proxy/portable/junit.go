package portable

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/mask"
)

// Results are what the deliveries of a replay came to.
type Results struct {
	Name   string                // of what was replayed
	Expect string                // filter that each had to match
	Rows   []inspector.Row       // in the order they were made
	Failed map[inspector.ID]bool // those that do not match
	Mask   *mask.Rules           // what is hidden of addresses, nil for the default
	// Source is the number of the recorded delivery that each was made of: it stays from
	// replay to replay, so that a report can be compared with the one before.
	Source map[inspector.ID]uint64
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Time     string      `xml:"time,attr"`
	At       string      `xml:"timestamp,attr,omitempty"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes the results as test reports read them: a case for each delivery.
func (r *Results) WriteJUnit(w io.Writer) error {
	suite := junitSuite{Name: r.Name, Tests: len(r.Rows)}
	total := time.Duration(0)
	rows := slices.Clone(r.Rows)
	slices.SortStableFunc(rows, func(a, b inspector.Row) int { return cmp.Compare(r.number(&a), r.number(&b)) })
	times := map[string]int{}
	for i := range rows {
		row := &rows[i]
		total += row.Duration
		name := fmt.Sprintf("#%d %s", r.number(row), r.title(row))
		if times[name]++; times[name] > 1 {
			name += fmt.Sprintf(" (%d)", times[name])
		}
		c := junitCase{Name: name, Class: "boathook." + r.Name, Time: inSeconds(row.Duration)}
		if r.Failed[row.ID] {
			got := outcome(row)
			suite.Failures++
			c.Failure = &junitFailure{Message: got + ", want " + r.Expect, Text: fmt.Sprintf("%s after %s s; see it: boathook deliveries view %d", got, inSeconds(row.Duration), row.N)}
		}
		suite.Cases = append(suite.Cases, c)
	}
	suite.Time = inSeconds(total)
	if len(r.Rows) > 0 {
		suite.At = r.Rows[0].At.UTC().Format("2006-01-02T15:04:05")
	}
	text, err := xml.MarshalIndent(suite, "", "  ")
	if err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

// number is that of the recorded delivery, or its own where that is not known.
func (r *Results) number(row *inspector.Row) uint64 {
	if n, ok := r.Source[row.ID]; ok {
		return n
	}
	return row.N
}

// title is the event, or what was asked for.
func (r *Results) title(row *inspector.Row) string {
	if row.Event != "" {
		return row.Event
	}
	return row.Method + " " + Hide(nil, r.Mask).Address(row.Target)
}

// outcome is the status, the class of the failure, or what is in its place.
func outcome(row *inspector.Row) string {
	switch {
	case row.Failure != "":
		return row.Failure
	case row.Status != 0:
		return strconv.Itoa(row.Status)
	case row.Method == "MAIL" && row.Tries > 0:
		return "kept"
	}
	return "pending"
}

func inSeconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

package portable

import (
	"encoding/xml"
	"fmt"
	"io"
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
	for i := range r.Rows {
		row := &r.Rows[i]
		total += row.Duration
		c := junitCase{Name: fmt.Sprintf("#%d %s", row.N, r.title(row)), Class: "boathook." + r.Name, Time: inSeconds(row.Duration)}
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

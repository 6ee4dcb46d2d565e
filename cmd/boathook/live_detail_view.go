package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// detailLines draw the open delivery in at most height lines: a rule with its
// tabs, and what the tab shows.
func (m *live) detailLines(height int) []string {
	if height <= 0 {
		return nil
	}
	d := m.detail
	if d.lines == nil || d.width != m.width {
		d.lines, d.width = m.tabLines(), m.width
	}
	room := max(height-1, 0)
	d.scroll = min(d.scroll, max(len(d.lines)-room, 0))
	lines := []string{m.tabRule(len(d.lines) > room)}
	return append(lines, d.lines[d.scroll:min(d.scroll+room, len(d.lines))]...)
}

// tabRule parts list and detail, and shows the tabs.
func (m *live) tabRule(scrolls bool) string {
	out, d := m.a.out, m.detail
	dash := m.mark("─", "-")
	title := ""
	if r := m.focused(); r != nil {
		title = "#" + strconv.FormatUint(r.N, 10)
	}
	line := out.Dim.Sprint(dash+dash) + " " + out.Bold.Sprint(title)
	for i, name := range liveTabs {
		if m.width < 70 && i != d.tab {
			name = name[:1]
		}
		if i == d.tab {
			line += " " + inverse(" "+name+" ")
		} else {
			line += " " + out.Dim.Sprint(" "+name+" ")
		}
	}
	line += " "
	right := ""
	if scrolls {
		right = out.Dim.Sprintf(" %d/%d ", d.scroll+1, len(d.lines))
	}
	gap := m.width - ansi.StringWidth(line) - ansi.StringWidth(right)
	if gap < 0 {
		return m.cut(line, m.width)
	}
	return line + out.Dim.Sprint(strings.Repeat(dash, gap)) + right
}

// tabLines draw the tab that is looked at.
func (m *live) tabLines() []string {
	d := m.detail
	if d.err != nil {
		if p, ok := problemOf(d.err); ok && p.Status == 404 {
			return []string{"It was deleted."}
		}
		return wrapped(m.a.out.Error.Sprint("error:")+" "+terminal.Safe(d.err.Error()), m.width)
	}
	text := ""
	switch {
	case d.delivery == nil:
		text = m.overviewText()
	case d.tab == tabHeaders:
		return broken(m.headersText(), m.width)
	case d.tab == tabBody && d.body != nil:
		text := m.bodyText(d.body)
		if d.body.answer != nil {
			text = strings.TrimRight(text, "\n") + "\n\n" + m.a.out.Bold.Sprint("Response") + "\n" + m.bodyText(d.body.answer)
		}
		return broken(text, m.width)
	case d.tab == tabSignature && d.signature != nil:
		text = m.signatureText(d.signature)
	case d.tab == tabAttempts:
		text = m.attemptsText()
	case d.tab == tabCompare:
		return broken(m.compareText(), m.width)
	case d.tab == tabOverview:
		text = m.overviewText()
	default:
		text = m.a.out.Dim.Sprint("Reading" + m.mark("…", "..."))
	}
	return wrapped(text, m.width)
}

// overviewText is known from the row alone, at once.
func (m *live) overviewText() string {
	var b strings.Builder
	r := m.focused()
	if r == nil {
		return ""
	}
	out := m.a.out
	fmt.Fprintf(&b, "%s\n", m.sentence(r))
	if text := m.a.remark(r); text != "" {
		fmt.Fprintf(&b, "%s\n", out.Warn.Sprint(terminal.Safe(text)))
	}
	b.WriteByte('\n')
	facts := append([][2]string{{"time", m.timeText(r.At, false)}}, m.a.rowFacts(r)...)
	facts = append(facts, [2]string{"id", r.ID.String()})
	for _, f := range facts {
		if f[1] != "" {
			fmt.Fprintf(&b, "  %s %s\n", out.Dim.Sprintf("%-9s", f[0]), terminal.Safe(f[1]))
		}
	}
	if d := m.detail.delivery; d != nil && d.Next != nil {
		fmt.Fprintf(&b, "  %s %s\n", out.Dim.Sprintf("%-9s", "next try"), m.a.nextTryText(d.Next))
	}
	return b.String()
}

// sentence says what happened in plain words.
func (m *live) sentence(r *inspector.Row) string {
	out, o := m.a.out, outcome(r)
	became := out.Paint(o).Sprintf("%s %s", o.Shape(m.a.cfg.On("ascii")), o.Word())
	name := out.Bold.Sprint(m.a.safeWhat(r))
	size := terminal.Bytes(r.Size)
	if r.Dir == inspector.Out {
		to := first(r.Endpoint, r.Inbox, r.Host, "nobody")
		return fmt.Sprintf("%s (%s) was sent to %s: %s in %s", name, size, terminal.Safe(to), became, terminal.Duration(r.Duration))
	}
	by := "the inbox"
	if r.Tries > 0 {
		by = "your app"
	}
	if r.Failure != "" {
		return fmt.Sprintf("%s received %s (%s); %s did not answer: %s after %s", terminal.Safe(r.Inbox), name, size, by, became, terminal.Duration(r.Duration))
	}
	return fmt.Sprintf("%s received %s (%s); %s answered %s in %s", terminal.Safe(r.Inbox), name, size, by, became, terminal.Duration(r.Duration))
}

func (m *live) headersText() string {
	var b strings.Builder
	for _, part := range []inspector.Part{inspector.Request, inspector.Response} {
		at, err := pick(m.detail.delivery, part, -1)
		if err != nil {
			continue
		}
		msg := at.Request
		if part == inspector.Response {
			msg = at.Response
			b.WriteByte('\n')
		}
		hide, start := m.a.hiding(at, false), msg.Start
		if part == inspector.Request {
			start = hide.Start(start)
		}
		fmt.Fprintf(&b, "%s\n", m.a.out.Bold.Sprint(terminal.Safe(start)))
		for _, f := range msg.Headers {
			fmt.Fprintf(&b, "%s: %s\n", m.a.out.Name.Sprint(terminal.Safe(f.Name)), terminal.Safe(hide.Value(f.Name, f.Value)))
		}
	}
	return b.String()
}

// liveHexBytes of a body that is no text are shown.
const liveHexBytes = 4 << 10

func (m *live) bodyText(body *liveBody) string {
	out := m.a.out
	if body.none != "" {
		return out.Dim.Sprint(body.none)
	}
	text := ""
	switch {
	case looksBinary(body.data[:min(len(body.data), previewBytes)]):
		shown := body.data[:min(len(body.data), liveHexBytes)]
		text = hex.Dump(shown) + out.Dim.Sprintf("the first %s of %s that are no text", terminal.Bytes(int64(len(shown))), terminal.Bytes(body.size))
		return text
	case terminal.LooksLikeJSON(string(body.data)):
		var pretty bytes.Buffer
		if json.Indent(&pretty, body.data, "", "  ") != nil {
			pretty.Reset()
			pretty.Write(body.data) // cut short, or no valid JSON
		}
		text = out.PaintJSON(strings.TrimRight(pretty.String(), "\n"))
	default:
		text = terminal.SafeText(string(body.data))
	}
	text = strings.ReplaceAll(text, "\t", "    ")
	if len(body.hidden) > 0 {
		text += "\n" + out.Dim.Sprint("hidden: "+terminal.Safe(strings.Join(body.hidden, ", ")))
	}
	if body.more {
		text += "\n" + out.Dim.Sprintf("the first %s of %s", terminal.Bytes(int64(len(body.data))), terminal.Bytes(body.size))
	}
	return text
}

func (m *live) signatureText(got *liveSignature) string {
	c := &signer.Case{}
	if got.scheme != nil {
		c.Scheme = &got.scheme.Scheme
	}
	diagnosis := diagnosisOf(&got.check)
	text := m.a.verdictText(c, &diagnosis, &verifyFlags{signFlags: signFlags{scheme: got.check.Scheme}}, &got.check)
	if r := m.focused(); r != nil && got.check.Verdict == string(signer.Unchecked) && r.Inbox != "" {
		text += m.a.out.Dim.Sprintf("  set a secret: boathook inboxes edit %s --secret-env NAME", terminal.Safe(quoteArg(r.Inbox)))
	}
	return text
}

// attemptsText is a line for each try, with what it took and why it failed.
func (m *live) attemptsText() string {
	var b strings.Builder
	d := m.detail.delivery
	for i := range d.Attempts {
		at := &d.Attempts[i]
		fmt.Fprintf(&b, "%s\n", m.a.attemptLine(at, m.a.hiding(at, false)))
		if started, err := time.Parse(time.RFC3339Nano, at.Started); err == nil {
			fmt.Fprintf(&b, "  %s\n", m.a.out.Dim.Sprint("started "+m.timeText(started, false)))
		}
		t := at.Timing
		phases := ""
		for _, p := range []struct {
			name string
			ms   float64
		}{{"dns", t.DNS}, {"connect", t.Connect}, {"tls", t.TLS}, {"send", t.Send}, {"wait", t.Wait}, {"read", t.Read}} {
			if p.ms > 0 {
				phases += fmt.Sprintf("%s %.1fms  ", p.name, p.ms)
			}
		}
		if phases != "" {
			fmt.Fprintf(&b, "  %s\n", m.a.out.Dim.Sprint(strings.TrimSpace(phases)))
		}
		for _, note := range append(append([]string{}, at.Notes...), prefixed("not passed on: ", at.Dropped)...) {
			fmt.Fprintf(&b, "  %s %s\n", m.a.out.Warn.Sprint("note"), terminal.Safe(note))
		}
	}
	if d.Next != nil {
		fmt.Fprintf(&b, "%s  %s\n", m.a.out.Bold.Sprint("next try"), m.a.nextTryText(d.Next))
	}
	if b.Len() == 0 {
		return m.a.out.Dim.Sprint("Nothing was sent.")
	}
	return b.String()
}

package web

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
	"github.com/boathook/boathook/web/client"
)

// getDelivery answers one delivery with its attempts, without bodies.
func (s *Server) getDelivery(c *fiber.Ctx) error {
	row, err := s.row(c)
	if err != nil {
		return err
	}
	ctx, cancel := s.reading(c)
	defer cancel()
	attempts, err := s.opt.Store.Attempts(ctx, s.ws, row.ID)
	if err != nil {
		return err
	}
	d := client.Delivery{Row: row, Attempts: make([]client.Attempt, 0, len(attempts))}
	for i := range attempts {
		d.Attempts = append(d.Attempts, attemptView(row, &attempts[i]))
	}
	if d.Next, err = s.nextTry(ctx, row.ID); err != nil {
		return err
	}
	return sendJSON(c, 200, d)
}

func attemptView(row inspector.Row, a *inspector.Attempt) client.Attempt {
	v := client.Attempt{
		K: a.K, Kind: kindOf(row, a), Target: a.Target, Started: timeText(a.Started), Remote: a.Remote,
		Reused: a.Reused, Answered: a.Answered, Timing: timingView(a.Timing),
		Request: messageView(&a.Request, false), Response: messageView(&a.Response, true),
		Dropped: list(a.Dropped), Notes: list(a.Notes), Secrets: list(a.Secrets),
	}
	if a.Failure != (inspector.Failure{}) {
		v.Failure = &client.Failure{Class: a.Failure.Class, Phase: a.Failure.Phase, Text: a.Failure.Text}
	}
	return v
}

func kindOf(row inspector.Row, a *inspector.Attempt) string {
	switch {
	case row.Dir == inspector.Out:
		return "send"
	case a.K == 0:
		return "capture"
	}
	return "forward"
}

func timingView(t inspector.Timing) client.Timing {
	return client.Timing{
		DNS: millis(t.DNS), Connect: millis(t.Connect), TLS: millis(t.TLS),
		Send: millis(t.Send), Wait: millis(t.Wait), Read: millis(t.Read), Total: millis(t.Total()),
	}
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// messageView is nil if there was no message.
func messageView(m *inspector.Message, response bool) *client.Message {
	if m.Head == nil {
		return nil
	}
	h := inspector.ParseHead(m.Head)
	v := &client.Message{
		Start: escaped(h.Start), Headers: escapedFields(h.Fields), Size: m.Size, Wanted: m.Wanted, Cut: m.Cut,
		Chunked: m.Framing != nil, Trailers: trailers(m.Framing),
		ContentType: escaped(h.Value("Content-Type")), ContentEncoding: escaped(h.Value("Content-Encoding")),
		Interim: interim(m.Interim),
	}
	if response {
		v.Status = h.Status()
	}
	return v
}

// trailers are the header lines after the last chunk.
func trailers(framing []byte) []inspector.Field {
	fields := []inspector.Field{}
	for _, f := range wire.Trailers(framing) {
		fields = append(fields, inspector.Field{Name: f.Name, Value: f.Value})
	}
	return escapedFields(fields)
}

// interim are the start lines of 1xx heads that stand one after the other.
func interim(heads []byte) []string {
	lines := []string{}
	start := true
	for line := range strings.Lines(string(heads)) {
		text := strings.TrimRight(line, "\r\n")
		if start && text != "" {
			lines = append(lines, escaped(text))
		}
		start = text == ""
	}
	return lines
}

// list makes an empty list of a missing one, so that JSON has [] and not null.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(inspector.TimeFormat)
}

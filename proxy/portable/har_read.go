package portable

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// maxEntry is the most that one entry of a HAR may take.
const maxEntry = 64 << 20

var errLongEntry = fmt.Errorf("an entry is longer than %d MiB", maxEntry>>20)

// entryReader fails once an entry is too long.
type entryReader struct {
	r    io.Reader
	left int64
}

func (r *entryReader) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errLongEntry
	}
	n, err := r.r.Read(p)
	r.left -= int64(n)
	return n, err
}

// har reads the entries one by one, so that an archive may be of any size. What
// is wrong within an entry is told and passed over; what breaks the archive ends
// the reading.
func (im *importer) har(b *bufio.Reader) error {
	start, _ := b.Peek(b.Size()) // a shorter file is all there is
	r := &entryReader{b, maxEntry}
	d := json.NewDecoder(r)
	if err := toEntries(d); err != nil {
		im.mistake(notHAR(start, d.InputOffset(), err))
		return nil
	}
	var open harDelivery
	for no := 1; d.More(); no++ {
		r.left = maxEntry
		at := d.InputOffset()
		var text json.RawMessage
		if err := d.Decode(&text); err != nil {
			if err := im.fileHAR(&open); err != nil {
				return err
			}
			m := brokenEntry(d, at, err)
			m.Entry, m.Text = no, m.Text+"; what stands before it is imported"
			im.mistake(m)
			return nil
		}
		var v harEntry
		if err := json.Unmarshal(text, &v); err != nil {
			_, _, what := explainJSON(text, err)
			im.mistake(Mistake{Entry: no, Byte: at, Text: what})
			continue
		}
		in, err := v.received()
		if err != nil {
			im.mistake(Mistake{Entry: no, Byte: at, Text: err.Error()})
			continue
		}
		if err := im.entry(&open, &v, in); err != nil {
			return err
		}
	}
	if err := im.fileHAR(&open); err != nil {
		return err
	}
	if _, err := d.Token(); err != nil {
		im.mistake(Mistake{Byte: d.InputOffset(), Text: "the list of entries does not end; what came before was imported"})
	}
	return nil
}

// toEntries reads up to the first entry of log.entries.
func toEntries(d *json.Decoder) error {
	for _, name := range []string{"log", "entries"} {
		if t, err := d.Token(); err != nil {
			return err
		} else if t != json.Delim('{') {
			return fmt.Errorf("want an object that has %q", name)
		}
		for {
			if !d.More() {
				return fmt.Errorf("there is no %q", name)
			}
			t, err := d.Token()
			if err != nil {
				return err
			}
			if t == name {
				break
			}
			var other json.RawMessage
			if err := d.Decode(&other); err != nil {
				return err
			}
		}
	}
	t, err := d.Token()
	if err == nil && t != json.Delim('[') {
		err = errors.New("\"entries\" is no list")
	}
	return err
}

// received is what an entry tells of a request and its answer.
func (v *harEntry) received() (in received, err error) {
	in = received{note: "imported from a HAR: " + v.Request.URL, timing: v.Timings.read()}
	if o := v.Origin; o != nil && o.Failure != "" {
		in.failure = inspector.Failure{Class: o.Failure, Phase: o.Phase, Text: v.Response.Comment}
	}
	if v.Started != "" {
		if in.at, err = time.Parse(time.RFC3339Nano, v.Started); err != nil {
			return received{}, fmt.Errorf("\"startedDateTime\" %.40q is no time", v.Started)
		}
	}
	if p := v.Request.Post; p != nil {
		if in.body, err = p.bytes(); err != nil {
			return received{}, err
		}
	}
	if in.exact = v.exactRequest(len(in.body)); in.exact != nil {
		in.head = in.exact.Head
	} else if in.head, err = v.requestHead(len(in.body)); err != nil {
		return received{}, err
	}
	if v.Response.Status == 0 {
		return in, nil
	}
	in.answer = []byte(v.Response.Content.Text)
	if v.Response.Content.Encoding == "base64" {
		if in.answer, err = base64.StdEncoding.DecodeString(v.Response.Content.Text); err != nil {
			return received{}, fmt.Errorf("the body of the answer: %s", base64Text(err))
		}
	}
	if in.exactAnswer = v.exactResponse(len(in.answer)); in.exactAnswer != nil {
		in.response = in.exactAnswer.Head
		return in, nil
	}
	in.response, err = v.Response.head(len(in.answer))
	return in, err
}

// requestHead writes the head of a request with a body of some length.
func (v *harEntry) requestHead(size int) ([]byte, error) {
	u, err := url.Parse(v.Request.URL)
	if err != nil || v.Request.URL == "" {
		return nil, fmt.Errorf("\"url\" %.80q cannot be read", v.Request.URL)
	}
	m := made{method: v.Request.Method, target: u.RequestURI()}
	host := false
	for _, h := range v.Request.Headers {
		host = host || strings.EqualFold(h.Name, "Host")
		m.fields = append(m.fields, inspector.Field{Name: h.Name, Value: h.Value})
	}
	if !host && u.Host != "" {
		m.fields = append([]inspector.Field{{Name: "Host", Value: u.Host}}, m.fields...)
	}
	return m.head(size)
}

func (p *harPost) bytes() ([]byte, error) {
	if p.Encoding == "base64" {
		body, err := base64.StdEncoding.DecodeString(p.Text)
		if err != nil {
			return nil, fmt.Errorf("\"postData\": %s", base64Text(err))
		}
		return body, nil
	}
	if p.Text == "" && len(p.Params) > 0 {
		q := make([]string, len(p.Params))
		for i, f := range p.Params {
			q[i] = url.QueryEscape(f.Name) + "=" + url.QueryEscape(f.Value)
		}
		return []byte(strings.Join(q, "&")), nil
	}
	return []byte(p.Text), nil
}

// head writes the head of an answer. Header lines that are not possible are left
// out: browsers record what came over HTTP/2.
func (v *harResponse) head(size int) ([]byte, error) {
	if v.Status < 100 || v.Status > 999 {
		return nil, fmt.Errorf("the status %d is not possible", v.Status)
	}
	b := fmt.Appendf(nil, "HTTP/1.1 %d %s\r\n", v.Status, strings.Map(printable, v.Text))
	for _, h := range v.Headers {
		lower := strings.ToLower(h.Name)
		if lower == "content-length" || lower == "transfer-encoding" || lower == "content-encoding" || !wire.Token(h.Name) || !wire.FieldValue(h.Value) {
			continue // the recorded body is not chunked, not compressed
		}
		b = fmt.Appendf(b, "%s: %s\r\n", h.Name, h.Value)
	}
	return fmt.Appendf(b, "Content-Length: %d\r\n\r\n", size), nil
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}

package portable

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boathook/boathook/inspector"
)

// maxHARBody is the largest body that a HAR entry holds. A larger one is cut, and
// a comment says so.
const maxHARBody = 8 << 20

// The parts of HAR 1.2 that are written and read. Source: "HTTP Archive 1.2",
// section 5, of Jan Odvarko's specification.
type harEntry struct {
	Started  string      `json:"startedDateTime"`
	Time     float64     `json:"time"` // ms
	Request  harRequest  `json:"request"`
	Response harResponse `json:"response"`
	Cache    struct{}    `json:"cache"`
	Timings  harTimings  `json:"timings"`
	Server   string      `json:"serverIPAddress,omitempty"`
	Comment  string      `json:"comment,omitempty"`
	// Origin says which attempt of which delivery the entry is. The specification leaves
	// names that begin with _ to those who write them.
	Origin *harOrigin `json:"_boathook,omitempty"`
}

// harOrigin is what is needed to put the attempts of a delivery together again.
type harOrigin struct {
	Delivery string        `json:"delivery"` // its id
	Attempt  int           `json:"attempt"`
	Dir      inspector.Dir `json:"dir"`
	Endpoint string        `json:"endpoint,omitempty"`
	Answered bool          `json:"answered,omitempty"` // the sender was given this answer
	Failure  string        `json:"failure,omitempty"`  // class; the text is the comment of the answer
	Phase    string        `json:"phase,omitempty"`    // in which it failed
	Failed   *bool         `json:"failed,omitempty"`   // whether the delivery is, in the end
	// Request and Response are without their bodies, nil if the entry says all of them.
	// URL is the address of the entry, if there is a Request: it tells whether somebody has
	// edited it.
	URL      string       `json:"url,omitempty"`
	Request  *messageLine `json:"request,omitempty"`
	Response *messageLine `json:"response,omitempty"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harRequest struct {
	Method  string    `json:"method"`
	URL     string    `json:"url"`
	Version string    `json:"httpVersion"`
	Cookies []harPair `json:"cookies"`
	Headers []harPair `json:"headers"`
	Query   []harPair `json:"queryString"`
	Post    *harPost  `json:"postData,omitempty"`
	HeadLen int       `json:"headersSize"`
	BodyLen int64     `json:"bodySize"`
}

type harPost struct {
	Type     string    `json:"mimeType"`
	Params   []harPair `json:"params"`
	Text     string    `json:"text"`
	Encoding string    `json:"encoding,omitempty"` // base64 for bytes that are no text; not in the specification
	Comment  string    `json:"comment,omitempty"`
}

type harResponse struct {
	Status   int        `json:"status"` // 0 if there was no answer
	Text     string     `json:"statusText"`
	Version  string     `json:"httpVersion"`
	Cookies  []harPair  `json:"cookies"`
	Headers  []harPair  `json:"headers"`
	Content  harContent `json:"content"`
	Redirect string     `json:"redirectURL"`
	HeadLen  int        `json:"headersSize"`
	BodyLen  int64      `json:"bodySize"`
	Comment  string     `json:"comment,omitempty"`
}

type harContent struct {
	Size     int64  `json:"size"`
	Type     string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"`
	Comment  string `json:"comment,omitempty"`
}

// harTimings are in milliseconds, -1 for a phase that did not occur.
type harTimings struct {
	Blocked float64 `json:"blocked"`
	DNS     float64 `json:"dns"`
	Connect float64 `json:"connect"`
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
	SSL     float64 `json:"ssl"`
}

// harEncoder writes a HAR. A delivery becomes one entry an attempt, which are put
// together again when they are read. The bytes of heads and framing that HAR has no place
// for stand beside them, see harOrigin. Remarks and what a request was judged to be are
// lost, and so is what is cut of a long body.
type harEncoder struct {
	doc document
	opt ExportOptions
}

func newHAR(w io.Writer, opt ExportOptions) *harEncoder {
	version, _ := json.Marshal(opt.Version) // a string can always be written
	start := `{"log":{"version":"1.2","creator":{"name":"boathook","version":` + string(version) + `},"entries":[`
	return &harEncoder{doc: newDocument(w, start), opt: opt}
}

func (e *harEncoder) close() error { return e.doc.end("]}}") }

// item writes an entry for each attempt: a HAR entry is one exchange.
func (e *harEncoder) item(it *Item) error {
	for i := range it.Attempts {
		a := &it.Attempts[i]
		if a.Request.Head == nil {
			continue
		}
		v, err := e.entry(it, a)
		if err != nil {
			return err
		}
		if err := e.doc.entry(v); err != nil {
			return err
		}
	}
	return nil
}

func (e *harEncoder) entry(it *Item, a *inspector.Attempt) (*harEntry, error) {
	h := inspector.ParseHead(a.Request.Head)
	method, target, version := requestLine(h.Start)
	v := &harEntry{
		Started: a.Started.UTC().Format(time.RFC3339Nano), Time: float64(a.Timing.Total().Microseconds()) / 1000,
		Request: harRequest{
			Method: method, URL: e.address(it, a, target), Version: version, Cookies: []harPair{}, Headers: pairs(h.Fields),
			Query: queryPairs(target), HeadLen: len(a.Request.Head), BodyLen: a.Request.Size,
		},
		Response: harResponse{Version: "", Cookies: []harPair{}, Headers: []harPair{}, HeadLen: -1, BodyLen: -1},
		Comment:  "boathook #" + itoa(it.Row.N) + ", attempt " + itoa(uint64(a.K)) + ": " + whoToWhom(it, a),
		Origin: &harOrigin{
			Delivery: it.Row.ID.String(), Attempt: a.K, Dir: it.Row.Dir, Endpoint: it.Row.Endpoint, Answered: a.Answered,
			Failure: a.Failure.Class, Phase: a.Failure.Phase,
		},
	}
	failed := it.Row.Flags&inspector.FlagFailed != 0
	v.Origin.Failed = &failed
	if !captured(it, a) {
		v.Server = hostOf(a.Remote)
	}
	t := a.Timing
	ms := func(d time.Duration) float64 {
		if d == 0 {
			return -1
		}
		return float64(d.Microseconds()) / 1000
	}
	v.Timings = harTimings{Blocked: -1, DNS: ms(t.DNS), Connect: ms(t.Connect), SSL: ms(t.TLS), Send: max(ms(t.Send), 0), Wait: max(ms(t.Wait), 0), Receive: max(ms(t.Read), 0)}
	text, encoding, cut, err := it.harBody(a.BodyKey(inspector.Request))
	if err != nil {
		return nil, err
	}
	if a.Request.Size > 0 {
		v.Request.Post = &harPost{Type: h.Value("Content-Type"), Params: []harPair{}, Text: text, Encoding: encoding, Comment: cut}
	}
	if a.Response.Head == nil {
		v.Response.Comment = a.Failure.Text
		v.keep(a)
		return v, nil
	}
	h = inspector.ParseHead(a.Response.Head)
	status, reason, proto := statusLine(h.Start)
	if text, encoding, cut, err = it.harBody(a.BodyKey(inspector.Response)); err != nil {
		return nil, err
	}
	v.Response = harResponse{
		Status: status, Text: reason, Version: proto, Cookies: []harPair{}, Headers: pairs(h.Fields), Redirect: h.Value("Location"),
		Content: harContent{Size: a.Response.Size, Type: h.Value("Content-Type"), Text: text, Encoding: encoding, Comment: cut},
		HeadLen: len(a.Response.Head), BodyLen: a.Response.Size,
	}
	v.keep(a)
	return v, nil
}

// captured reports whether an attempt is a request that an inbox received.
func captured(it *Item, a *inspector.Attempt) bool { return it.Row.Dir == inspector.In && a.K == 0 }

// hostOf is the address of a peer without its port, "" if it is not known.
func hostOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return ""
	}
	return host
}

// whoToWhom says for a person who has sent the request of an attempt to whom.
func whoToWhom(it *Item, a *inspector.Attempt) string {
	switch {
	case captured(it, a):
		return "a sender to inbox " + it.Row.Inbox
	case it.Row.Dir == inspector.In:
		return "inbox " + it.Row.Inbox + " to its app"
	case it.Row.Endpoint == "":
		return "boathook to nobody"
	}
	return "boathook to " + it.Row.Endpoint
}

// address is the URL of a request.
func (e *harEncoder) address(it *Item, a *inspector.Attempt, target string) string {
	return address(it, a, target, e.opt.Capture)
}

// baseOf is the scheme and host that a request went to.
func baseOf(it *Item, a *inspector.Attempt, capture string) string {
	u, err := url.Parse(address(it, a, "/", capture))
	if err != nil || u.Host == "" {
		return strings.TrimSuffix(capture, "/")
	}
	return u.Scheme + "://" + u.Host
}

// Address is the URL that a request of a delivery went to, with another target.
func Address(row *inspector.Row, a *inspector.Attempt, target, capture string) string {
	return address(&Item{Row: *row}, a, target, capture)
}

// address is the URL that a request went to: for one that was received, that of
// the capture port; for one that was sent, that of its target.
func address(it *Item, a *inspector.Attempt, target, capture string) string {
	if strings.Contains(target, "://") {
		return target
	}
	if captured(it, a) {
		return strings.TrimSuffix(capture, "/") + target
	}
	u, err := url.Parse(a.Target)
	if err != nil || u.Host == "" {
		return a.Target
	}
	return u.Scheme + "://" + u.Host + target
}

// harBody is a body as HAR wants it: text, or base64.
func (it *Item) harBody(key inspector.BodyKey) (text, encoding, comment string, err error) {
	b, err := it.open(key)
	if b == nil || err != nil {
		return "", "", "", err
	}
	defer b.Close()
	p := make([]byte, min(b.Size(), maxHARBody))
	if _, err := io.ReadFull(io.NewSectionReader(b, 0, b.Size()), p); err != nil {
		return "", "", "", err
	}
	if b.Size() > maxHARBody {
		comment = "cut at " + itoa(maxHARBody) + " of " + itoa(uint64(b.Size())) + " bytes"
	}
	if utf8.Valid(p) {
		return string(p), "", comment, nil
	}
	return base64.StdEncoding.EncodeToString(p), "base64", comment, nil
}

func pairs(fields []inspector.Field) []harPair {
	list := make([]harPair, len(fields))
	for i, f := range fields {
		list[i] = harPair{f.Name, strings.ToValidUTF8(f.Value, "\uFFFD")}
	}
	return list
}

func queryPairs(target string) []harPair {
	list := []harPair{}
	_, query, _ := strings.Cut(target, "?")
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		list = append(list, harPair{unescaped(name), unescaped(value)})
	}
	return list
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

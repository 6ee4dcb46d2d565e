package proxy

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// tap is a target that keeps every byte of every connection and answers whatever
// comes once the request is whole.
type tap struct {
	mu  sync.Mutex
	got []*bytes.Buffer
}

func newTap(t *testing.T) (*tap, string) {
	p := &tap{}
	return p, listen(t, func(c net.Conn) {
		b := &bytes.Buffer{}
		p.mu.Lock()
		p.got = append(p.got, b)
		p.mu.Unlock()
		buf := make([]byte, 64<<10)
		_ = c.SetReadDeadline(time.Now().Add(30 * time.Second)) // reading will tell
		for !whole(b.Bytes()) {
			n, err := c.Read(buf)
			p.mu.Lock()
			b.Write(buf[:n])
			p.mu.Unlock()
			if err != nil {
				return
			}
		}
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	})
}

// whole reports whether a request is complete, by another reader than ours.
func whole(request []byte) bool {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(request)))
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil
}

func (p *tap) all() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for _, b := range p.got {
		all = append(all, b.String())
	}
	return all
}

// What is recorded as sent is what a target that logs bytes received, whatever the
// provider, the format, the body, and what is broken on purpose.
func TestBytesSentAreBytesReceived(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	p, addr := newTap(t)
	r := rand.New(rand.NewPCG(3, 4))
	types := []string{"stripe/charge.succeeded", "github/push", "webconnex/registration", "svix/invoice.paid", "sitestacker/person_create", "stockcrowd/P2P_CAMPAIGN_CREATED", "own/made.up"}
	formats := []string{"", "json", "form", "xml"}
	broken := append(ChaosSwitches(), "", "", "", "")
	var ids []inspector.ID
	for i := range 60 {
		name := fmt.Sprintf("e%d", i)
		ep := Endpoint{
			Name: name, URL: fmt.Sprintf("http://%s/%s?q=%d", addr, name, i), AppKey: "key", Token: "token", Concurrency: 1,
			Format: formats[r.IntN(4)], Headers: []inspector.Field{{Name: "x-ODD-case", Value: "v"}, {Name: "X-Second", Value: strings.Repeat("ü", r.IntN(20))}},
			Auth: Auth{Kind: AuthBearer, Secret: &Secret{Value: "a-token"}},
		}
		s.endpoint(ep)
		size := []int{0, 10, 5000, 300_000}[r.IntN(4)]
		payload := fmt.Appendf(nil, `{"id":%d,"meta":{"x":1},"text":"%s","u":"\u00e9 é 😀"}`, i, strings.Repeat("ab c", size/4))
		chaos, err := ParseChaos([]string{broken[r.IntN(len(broken))]}, uint64(i))
		if err != nil {
			chaos = Chaos{}
		}
		if size > 10_000 && (chaos.Has(ChaosSlow) || chaos.Has(ChaosCut)) {
			payload = payload[:0:0]
			payload = append(payload, `{"short":true}`...)
		}
		for _, row := range s.emit(EmitRequest{Event: Event{Type: types[r.IntN(len(types))], Payload: payload}, To: []string{name}, Chaos: chaos}) {
			ids = append(ids, row.ID)
		}
	}
	for _, id := range ids {
		row, attempts := s.over(id)
		a := attempts[0]
		want := s.rig.message(a.BodyKey(inspector.Request), a.Request)
		got := p.all()
		if a.Failure.Class == inspector.FailAborted {
			head := string(a.Request.Head)
			if !slices.ContainsFunc(got, func(g string) bool {
				return strings.HasPrefix(want, g) && len(g) > len(head) && len(g) < len(want)
			}) {
				t.Errorf("%s: a cut request did not arrive in part: %q", row.Endpoint, want)
			}
			continue
		}
		if row.Status != 200 || !slices.Contains(got, want) {
			t.Errorf("%s: %+v\nrecorded %.3000q", row.Endpoint, row, want)
		}
	}
}

// A resend follows the provider: the signature of Webconnex stays, one with a time is
// made anew, and what was received is passed on byte for byte.
func TestResend(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"))
	again := func(row inspector.Row) []inspector.Head {
		t.Helper()
		_, before := s.over(row.ID)
		if _, err := s.Dispatcher().Resend(t.Context(), row.ID); err != nil {
			t.Fatal(err)
		}
		after, attempts := s.over(row.ID)
		if len(attempts) != len(before)+1 || after.Flags&inspector.FlagResend == 0 || after.Tries != len(attempts) {
			t.Fatalf("row %+v, %d attempts before, %d after", after, len(before), len(attempts))
		}
		var heads []inspector.Head
		for _, a := range attempts {
			heads = append(heads, inspector.ParseHead(a.Request.Head))
		}
		return heads
	}
	s.endpoint(Endpoint{Name: "webconnex", URL: "http://" + app.addr, Events: []string{"webconnex/*"}})
	h := again(s.emit(EmitRequest{Event: Event{Type: "webconnex/registration"}})[0])
	if a, b := h[0].Value("X-Webconnex-Signature"), h[1].Value("X-Webconnex-Signature"); a == "" || a != b {
		t.Errorf("signatures %q, %q; want the same", a, b)
	}
	if a, b := h[0].Value("X-Webconnex-Delivery"), h[1].Value("X-Webconnex-Delivery"); a == "" || b == "" || a == b {
		t.Errorf("delivery ids %q, %q; want another", a, b)
	}
	s.endpoint(Endpoint{Name: "stacker", URL: "http://" + app.addr, Events: []string{"sitestacker/*"}, Retry: RetrySetting{Preset: "none"}})
	h = again(s.emit(EmitRequest{Event: Event{Type: "sitestacker/person_create", RequestID: "r"}})[0])
	if a, b := fmt.Sprint(h[0]), fmt.Sprint(h[1]); a != b {
		t.Errorf("a resend of Site Stacker differs:\n%s\n%s", a, b)
	}

	s.forward("in", "http://"+app.addr+"/app")
	request := "POST /in/in/x?y HTTP/1.1\r\nhost: sender\r\nX-a:  b\r\nContent-Length: 3\r\n\r\n\x00\xff!"
	s.raw(request)
	row, _ := s.recorded("in", 1, 2)
	if _, err := s.Dispatcher().Resend(t.Context(), row.ID); err != nil {
		t.Fatal(err)
	}
	after, attempts := s.over(row.ID)
	if len(attempts) != 3 || attempts[2].K != 2 || after.Status != row.Status || after.Tries != 2 || after.Flags&inspector.FlagResend == 0 {
		t.Fatalf("row %+v, attempts %+v", after, attempts)
	}
	got := app.requests()
	if a, b := got[len(got)-2], got[len(got)-1]; a != b || !strings.Contains(a, "X-a:  b\r\n") || !strings.HasSuffix(a, "\x00\xff!") {
		t.Errorf("passed on %q, then %q", a, b)
	}
}

// A request that comes back with an id that left with an event is marked, the one
// that we sent ourselves is not.
func TestLoopIsMarked(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	// An app that calls us back with what it got, as an integration without a check does.
	app := newApp(t, func(r []byte) string {
		h := inspector.ParseHead(r)
		s.raw("POST /in/back HTTP/1.1\r\nHost: app\r\nRequest-Id: " + h.Value("Request-Id") + "\r\nContent-Length: 0\r\n\r\n")
		return ok200
	})
	s.inbox(Inbox{Name: "back"})
	s.inbox(Inbox{Name: "direct"})
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Events: []string{"*"}})
	captured := func(inbox string, n int) inspector.Row {
		t.Helper()
		row, _ := s.recorded(inbox, n, 1)
		return row
	}
	eventually(t, "the capture port", func() bool { return s.Dispatcher().capture.Load() != nil })
	// What goes straight to an inbox of ours is no loop.
	first := s.emit(EmitRequest{Event: Event{Type: "sitestacker/person_create", RequestID: "one"}, To: []string{"inbox:direct"}})
	s.over(first[0].ID)
	if row := captured("direct", 1); row.Flags&inspector.FlagLooped != 0 || row.Status != 200 || row.EventID != s.row(first[0].ID).EventID {
		t.Errorf("the first arrival: %+v", row)
	}
	// What comes back from the app is.
	s.over(s.emit(EmitRequest{Event: Event{Type: "sitestacker/person_create", RequestID: "two"}, To: []string{"crm"}})[0].ID)
	if row := captured("back", 1); row.Flags&inspector.FlagLooped == 0 {
		t.Errorf("what came back: %+v", row)
	}
	// So is an event that was caused by a call with the id of an event before.
	second := s.emit(EmitRequest{Event: Event{Type: "sitestacker/person_create", RequestID: "one"}, To: []string{"inbox:direct"}})
	if out, _ := s.over(second[0].ID); out.Flags&inspector.FlagLooped == 0 {
		t.Errorf("the second event: %+v", out)
	}
	if row := captured("direct", 2); row.Flags&inspector.FlagLooped == 0 {
		t.Errorf("the second arrival: %+v", row)
	}
}

// A plan is what would happen, in words, and changes nothing.
func TestPlan(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	s.endpoint(Endpoint{Name: "crm", URL: "http://localhost:9/hook", Events: []string{"sitestacker/*"}, Speed: 60})
	s.endpoint(Endpoint{Name: "other", URL: "http://localhost:9", Events: []string{"stripe/*"}})
	s.endpoint(Endpoint{Name: "far", URL: "https://crm.example.org", Events: []string{"*"}})
	plan, err := s.Dispatcher().Plan(t.Context(), EmitRequest{Event: Event{Type: "sitestacker/person_create", Payload: []byte("{}")}})
	if err != nil || len(plan) != 3 {
		t.Fatalf("plan %+v, %v", plan, err)
	}
	crm, far, other := plan[0], plan[1], plan[2]
	if !crm.Matched || crm.Endpoint != "crm" || len(crm.Tries) != 11 || crm.Tries[10].At != 10*time.Minute || crm.Tries[10].Ours != 10*time.Second || crm.Signature != "sitestacker" || crm.Headers[0].Name != "Host" || crm.Size != 2 {
		t.Errorf("crm: %+v", crm)
	}
	if !far.Matched || !strings.Contains(strings.Join(far.Notes, ""), "crm.example.org may not be sent to") {
		t.Errorf("far: %+v", far)
	}
	if other.Matched || !strings.Contains(other.Reason, "does not subscribe") {
		t.Errorf("other: %+v", other)
	}
	if rows := s.rig.rows(); len(rows) != 0 {
		t.Errorf("a plan made %d deliveries", len(rows))
	}
	if _, err := s.Dispatcher().Emit(t.Context(), EmitRequest{Event: Event{Type: "a/b"}, To: []string{"https://crm.example.org/x"}}); err == nil || !strings.Contains(err.Error(), "crm.example.org") {
		t.Errorf("a host that is not allowed: %v", err)
	}
}

// A plan has the tries that would really be made.
func TestPlanByTheRuleOfTheProvider(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	for _, tt := range []struct {
		event, to string
		tries     int
		last      string
	}{
		{"github/push", "", 1, "at once; waits up to 10s for an answer"},
		{"shopify/orders/paid", "", 8, "1h after the try before; then Shopify switches the endpoint off"},
		{"shopify/orders/paid", "http://localhost:9/", 9, "2h after the try before"},
		{"zendesk/zen:event-type:ticket.created", "", 4, "45s after the try before, after an answer 409"},
		{"calendly/invitee.created", "", 12, "8h after the try before; then Calendly switches the endpoint off"},
		{"svix/user.created", "", 8, "10h after the try before, ±20 %"},
	} {
		name, _, _ := strings.Cut(tt.event, "/")
		req := EmitRequest{Event: Event{Type: tt.event, Payload: []byte("{}")}, To: []string{tt.to}}
		if tt.to == "" {
			s.endpoint(Endpoint{Name: name, URL: "http://localhost:9/", Events: []string{tt.event}})
			req.To[0] = name
		}
		plan, err := s.Dispatcher().Plan(t.Context(), req)
		if err != nil || len(plan) != 1 {
			t.Fatalf("%s: %+v, %v", tt.event, plan, err)
		}
		if tries := plan[0].Tries; len(tries) != tt.tries || tries[len(tries)-1].Text != tt.last {
			t.Errorf("%s to %q: %d tries, the last %q; want %d, %q", tt.event, tt.to, len(tries), tries[len(tries)-1].Text, tt.tries, tt.last)
		}
	}
}

// Rates space the tries out, those of an endpoint and those of all.
func TestPace(t *testing.T) {
	t.Parallel()
	p := newPace()
	now := time.Now()
	for i := range 5 {
		if got, want := p.reserve("a", 2, 0, now), time.Duration(i)*500*time.Millisecond; got != want {
			t.Errorf("place %d after %s, want %s", i, got, want)
		}
	}
	if got := p.reserve("b", 0, 10, now); got != 0 {
		t.Errorf("another endpoint waits %s", got)
	}
	if got := p.reserve("a", 2, 10, now); got != 2500*time.Millisecond {
		t.Errorf("the rate of an endpoint under the cap: %s", got)
	}
	if got := p.reserve("b", 0, 10, now); got != 200*time.Millisecond {
		t.Errorf("the cap waits for a slow endpoint: %s", got)
	}
}

// An email endpoint without a server keeps the message, one whose server refuses is
// tried again with the same message.
func TestEmailEndpoint(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	s.endpoint(Endpoint{Name: "kept", Kind: KindEmail, Email: &Email{To: []string{"a@example.org"}}, Events: []string{"*"}})
	row, attempts := s.over(s.emit(EmitRequest{Event: Event{Type: "stockcrowd/P2P_CAMPAIGN_CREATED"}})[0].ID)
	if row.Flags != 0 || row.Method != "MAIL" || row.Target != "a@example.org" || len(attempts) != 1 || Pending(&attempts[0]) {
		t.Errorf("row %+v, attempts %+v", row, attempts)
	}
	host, port, err := net.SplitHostPort(closedPort(t))
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if _, err := fmt.Sscan(port, &n); err != nil {
		t.Fatal(err)
	}
	s.endpoint(Endpoint{
		Name: "down", Kind: KindEmail, Speed: 1e6, Retry: RetrySetting{Preset: "custom", Delays: []string{"1h", "1h"}},
		Email: &Email{To: []string{"a@example.org"}, SMTP: &SMTP{Host: host, Port: n, TLS: TLSNone}},
	})
	row, attempts = s.over(s.emit(EmitRequest{Event: Event{Type: "stockcrowd/P2P_CAMPAIGN_CREATED"}, To: []string{"down"}})[0].ID)
	if row.Failure != inspector.FailRefused || len(attempts) != 3 || !bytes.Equal(attempts[0].Request.Head, attempts[2].Request.Head) {
		t.Errorf("row %+v, attempts %+v", row, attempts)
	}
}

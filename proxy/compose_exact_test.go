package proxy

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
	"github.com/boathook/boathook/signer"
)

// strange is a request whose every oddity must survive.
const strange = "POST /in/demo/a//b?x=%zz&y HTTP/1.1\r\n" +
	"hOST: boathook.example:4601\r\n" +
	"X-One:  two  \r\n" +
	"x-one:three\r\n" +
	"Connection: keep-alive, X-Drop\r\n" +
	"X-Drop: me\r\n" +
	"Content-length: 5\r\n" +
	"Webhook-ID: msg_1\r\n" +
	"webhook-timestamp: 1700000000\r\n" +
	"X-Between: 1\r\n" +
	"webhook-signature: v1,AAAA\r\n" +
	"X-Last: ü\r\n\r\n"

func TestExactBytesAreSentAgain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ url, start string }{
		{"http://localhost:3000", "POST /a//b?x=%zz&y HTTP/1.1\r\nhOST: localhost:3000\r\n"},
		{"http://localhost:3000/hooks", "POST /hooks?x=%zz&y HTTP/1.1\r\nhOST: localhost:3000\r\n"},
	} {
		w := composed(t, &Outgoing{
			Endpoint: ready(t, Endpoint{URL: tt.url, Secrets: []Secret{}}), Event: &Event{Payload: []byte("{\"a\"}")},
			Exact: &inspector.Message{Head: []byte(strange), Size: 5, Wanted: 5},
		})
		_, rest, _ := strings.Cut(strange, "4601\r\n")
		want := tt.start + strings.Replace(rest, "Connection: keep-alive, X-Drop\r\nX-Drop: me\r\n", "", 1)
		if string(w.Head) != want {
			t.Errorf("to %s:\n%s\nwant\n%s", tt.url, w.Head, want)
		}
		if string(w.Body) != `{"a"}` || w.Scheme != "" || len(w.Notes) != 2 {
			t.Errorf("body %q, scheme %q, notes %q", w.Body, w.Scheme, w.Notes)
		}
	}
}

func TestExactTargetsStayAsTheyWere(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/%zz/..//x", "/ü?ü=%", "/a;b=c?d?e", "/%2e%2e%2f"} {
		w := composed(t, &Outgoing{
			Endpoint: ready(t, Endpoint{URL: "http://localhost:3000", Secrets: []Secret{}}), Event: &Event{},
			Exact: &inspector.Message{Head: []byte("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"), Wanted: -1},
		})
		if want := "GET " + target + " HTTP/1.1\r\nHost: localhost:3000\r\n\r\n"; string(w.Head) != want || w.URL.Host != "localhost:3000" {
			t.Errorf("sent %q to %s, want %q", w.Head, w.URL, want)
		}
	}
}

func TestExactChunksAreSentAgain(t *testing.T) {
	t.Parallel()
	head := "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
	framing := []byte("2;ext=1\r\n3\r\n0\r\nX-Trailer: 1\r\n\r\n")
	exact := &inspector.Message{Head: []byte(head), Framing: framing, Size: 5, Wanted: -1}
	ep := ready(t, Endpoint{URL: "http://localhost:3000", Secrets: []Secret{}})
	w := composed(t, &Outgoing{Endpoint: ep, Event: &Event{Payload: []byte("abcde")}, Exact: exact})
	var out bytes.Buffer
	if err := wire.WriteMessage(&out, w.Head, w.Framing, bytes.NewReader(w.Body)); err != nil {
		t.Fatal(err)
	}
	want := "PUT / HTTP/1.1\r\nHost: localhost:3000\r\nTransfer-Encoding: Chunked\r\n\r\n2;ext=1\r\nab\r\n3\r\ncde\r\n0\r\nX-Trailer: 1\r\n\r\n"
	if out.String() != want || !w.Chunked {
		t.Errorf("sent %q\nwant %q", out.String(), want)
	}
	chaos, _ := ParseChaos([]string{ChaosGzip}, 1)
	w = composed(t, &Outgoing{Endpoint: ep, Event: &Event{Payload: []byte("abcde")}, Exact: exact, Chaos: chaos})
	h := inspector.ParseHead(w.Head)
	if w.Chunked || w.Framing != nil || h.Value("Content-Length") != strconv.Itoa(len(w.Body)) || h.Value("Transfer-Encoding") != "" {
		t.Errorf("compressed: %s", w.Head)
	}
}

func TestRecordedRequestIsSignedAnew(t *testing.T) {
	t.Parallel()
	scheme, _ := signer.Lookup("standard-webhooks")
	secret := "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	ep := ready(t, Endpoint{URL: "http://localhost:3000", Scheme: "standard-webhooks", Secrets: []Secret{{Value: secret}}})
	recorded := &inspector.Message{Head: []byte(strange), Size: 5, Wanted: 5}
	for _, tt := range []struct {
		name   string
		resign bool
		chaos  []string
		want   signer.Verdict
	}{
		{"anew", true, nil, signer.Valid},
		{"exact", false, nil, signer.Invalid},
		{"with another secret", false, []string{ChaosBadSig}, signer.Invalid},
		{"too old", false, []string{ChaosStale}, signer.Stale},
		{"without", true, []string{ChaosNoSig}, signer.Missing},
		{"changed afterwards", true, []string{ChaosChangedByte}, signer.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			chaos, err := ParseChaos(tt.chaos, 1)
			if err != nil {
				t.Fatal(err)
			}
			w := composed(t, &Outgoing{Endpoint: ep, Event: &Event{Payload: []byte("{\"a\"}")}, Exact: recorded, Resign: tt.resign, Chaos: chaos})
			now := composeTime
			if !tt.resign && tt.chaos == nil {
				now = time.Unix(1_700_000_000, 0)
			}
			res, err := scheme.Verify(received(w, ep), []string{secret}, now, signer.Options{})
			if err != nil || res.Verdict != tt.want {
				t.Errorf("verdict %s (%v), %v\n%s", res.Verdict, res.Reason, err, w.Head)
			}
			h := inspector.ParseHead(w.Head)
			if got := h.Values("webhook-id"); len(got) != 1 || got[0] != "msg_1" {
				t.Errorf("id %q", got)
			}
			if len(h.Values("webhook-signature")) > 1 || len(h.Values("webhook-timestamp")) > 1 {
				t.Errorf("signed twice:\n%s", w.Head)
			}
			if !bytes.Contains(w.Head, []byte("X-One:  two  \r\nx-one:three\r\nContent-length: 5\r\nWebhook-ID: msg_1\r\n")) || !bytes.HasSuffix(w.Head, []byte("X-Last: ü\r\n\r\n")) {
				t.Errorf("the other lines have changed:\n%s", w.Head)
			}
		})
	}
}

func TestRecordedRequestGetsNewIDs(t *testing.T) {
	t.Parallel()
	head := "POST /x HTTP/1.1\r\nHost: a\r\nx-webconnex-delivery: old\r\nContent-Length: 2\r\n\r\n"
	o := &Outgoing{
		Endpoint: ready(t, Endpoint{URL: "http://localhost:3000", Secrets: []Secret{}}), Provider: provider(t, "webconnex"),
		Event: &Event{Type: "webconnex/coupon", Payload: []byte("{}")}, Exact: &inspector.Message{Head: []byte(head), Size: 2, Wanted: 2},
	}
	if w := composed(t, o); !bytes.Contains(w.Head, []byte("x-webconnex-delivery: old\r\n")) {
		t.Errorf("ids are kept unless new ones are given:\n%s", w.Head)
	}
	o.DeliveryID = "0123456789abcdef0123456789abcdef"
	if w := composed(t, o); !bytes.Contains(w.Head, []byte("X-Webconnex-Delivery: "+o.DeliveryID+"\r\n")) && !bytes.Contains(w.Head, []byte("x-webconnex-delivery: "+o.DeliveryID+"\r\n")) {
		t.Errorf("no new id:\n%s", w.Head)
	}
	o.Provider = nil
	if w := composed(t, o); !bytes.Contains(w.Head, []byte("x-webconnex-delivery: old\r\n")) || len(w.Notes) != 1 || !strings.Contains(w.Notes[0], "it keeps its ids") {
		t.Errorf("of no provider: %q\n%s", w.Notes, w.Head)
	}
}

// An id that is part of what is signed is replaced as well, whether the request is
// signed anew or not.
func TestRecordedRequestGetsNewSignedID(t *testing.T) {
	t.Parallel()
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	scheme, _ := signer.Lookup("svix.v1")
	head := "POST /x HTTP/1.1\r\nHost: a\r\nSvix-Id: msg_old\r\nsvix-timestamp: 1674087231\r\nsvix-signature: v1,AAAA\r\nContent-Length: 2\r\n\r\n"
	for _, resign := range []bool{false, true} {
		for _, p := range []*catalog.Provider{provider(t, "svix"), nil} {
			ep := ready(t, Endpoint{URL: "http://localhost:3000", Scheme: "svix.v1", Secrets: []Secret{{Value: secret}}})
			w := composed(t, &Outgoing{
				Endpoint: ep, Provider: p, Event: &Event{Type: "svix/a.b", ID: "msg_new", Payload: []byte("{}")}, DeliveryID: "msg_new",
				Exact: &inspector.Message{Head: []byte(head), Size: 2, Wanted: 2}, Resign: resign,
			})
			if !bytes.Contains(w.Head, []byte("Host: localhost:3000\r\nSvix-Id: msg_new\r\n")) {
				t.Errorf("no new id:\n%s", w.Head)
			}
			res, err := scheme.Verify(received(w, ep), []string{secret}, composeTime, signer.Options{})
			if err != nil || (res.Verdict == signer.Valid) != resign {
				t.Errorf("signed anew %t: %s, %v", resign, res.Verdict, err)
			}
			if noted := slices.ContainsFunc(w.Notes, func(n string) bool { return strings.Contains(n, "sign it anew") }); noted == resign {
				t.Errorf("signed anew %t: %q", resign, w.Notes)
			}
		}
	}
}

func TestCutRequestIsNotSentAgain(t *testing.T) {
	t.Parallel()
	var invalid *InvalidError
	_, err := Compose(&Outgoing{
		Endpoint: ready(t, Endpoint{Secrets: []Secret{}}), Event: &Event{Payload: []byte("{}")},
		Exact: &inspector.Message{Head: []byte(strange), Size: 2, Wanted: 5, Cut: true},
	})
	if !errors.As(err, &invalid) || invalid.Hint == "" {
		t.Errorf("error %v", err)
	}
}

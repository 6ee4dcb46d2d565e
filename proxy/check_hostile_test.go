package proxy

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Whatever stands in the place of a signature, the request is stored and answered,
// with a verdict, and the look at it takes no time to speak of.
func TestHostileSignatures(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	const whsec = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
	s.inbox(Inbox{Name: "svix", Scheme: "svix", Secrets: []Secret{{Value: whsec}}})
	s.inbox(Inbox{Name: "stripe", Scheme: "stripe", Secrets: []Secret{{Value: "s"}}})
	s.inbox(Inbox{Name: "auto", Secrets: []Secret{{Value: whsec}}})
	long := strings.Repeat("v1,AAAA ", 1800)
	signature := strings.Repeat("A", 43) + "="
	var headers [][]string
	for _, v := range []string{"", " ", "v1", "v1,", "v1," + signature, strings.TrimSpace(strings.Repeat("v1,"+signature+" ", 100)), long, "v1,\xff\xfe", "t=1,v1=zz", "t=,v1=", ",,,,", "====", "{{body}}", strings.Repeat("t=1,", 3500)} {
		headers = append(headers, []string{"svix-id: a", "svix-timestamp: 1", "svix-signature: " + v}, []string{"Stripe-Signature: " + v}, []string{"Stripe-Signature: " + v, "stripe-signature: " + v})
	}
	for _, stamp := range []string{"0", "-1", "1e20", "NaN", "99999999999999999999", "2026-01-01T00:00:00Z", " ", "1.5", "0x10"} {
		headers = append(headers, []string{"svix-id: a", "svix-timestamp: " + stamp, "svix-signature: v1," + signature},
			[]string{"Stripe-Signature: t=" + stamp + ",v1=" + strings.Repeat("0", 64)})
	}
	want := 0
	for _, lines := range headers {
		for _, inbox := range []string{"svix", "stripe", "auto"} {
			if a := s.raw(ask("POST", "/in/"+inbox, "{}", lines...)); a.status != 200 {
				t.Errorf("%.100q: answer %d", lines, a.status)
			}
			want++
		}
	}
	if n := len(s.find("sig:valid")); n != 0 {
		t.Errorf("%d hostile requests are valid", n)
	}
	total := 0
	for _, v := range []string{"invalid", "missing", "stale", "unchecked"} {
		q := fmt.Sprintf("sig:%s", v)
		for before := ""; ; {
			query, err := inspector.ParseQuery(q, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			page, err := s.store.List(t.Context(), inspector.ListQuery{Workspace: inspector.DefaultWorkspace, Query: query, Limit: 100, Before: before})
			if err != nil {
				t.Fatal(err)
			}
			total += len(page.Rows)
			if before = page.Next; before == "" {
				break
			}
		}
	}
	if total != want {
		t.Errorf("%d requests have a verdict, want %d", total, want)
	}
	if n := s.Stats().Panics; n != 0 {
		t.Errorf("%d panics", n)
	}
}

// What stands in the body may be a signature too: that must not make long bodies
// slow to take.
func BenchmarkJudgeBody(b *testing.B) {
	schemes := &Schemes{}
	schemes.index(nil)
	text := "key"
	j := newJudge(&Inbox{Secrets: []Secret{{open: &text}}}, schemes)
	for _, size := range []int{1 << 10, 64 << 10, 256 << 10} {
		for _, word := range []string{"nothing", "Signature", "hmacSignature"} {
			body := `{"` + word + `":"x","pad":[` + strings.Repeat(`{"a":1},`, size/8) + `0]}`
			x := judged(b, rawRequest("demo", body[:min(len(body), inspector.ChunkBytes)], nil), time.Now())
			b.Run(fmt.Sprintf("%d KiB %s", size>>10, word), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					j.look(x)
				}
			})
		}
	}
}

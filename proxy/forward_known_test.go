package proxy

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// What is on record of each answer is what was answered, however alike the answers
// over a connection are: in their heads, their bodies, or the beginning of either.
func TestAnswersThatAreAlike(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 200 OK\r\nX-A: 1\r\n"
	answers := []string{
		head + "Content-Length: 2\r\n\r\nok",
		head + "Content-Length: 2\r\n\r\nno",
		head + "Content-Length: 3\r\n\r\nok!",
		head + "X-A: 2\r\nContent-Length: 2\r\n\r\nok",
		head + "content-length: 2\r\n\r\nok",
		head + "Content-Length: 0\r\n\r\n",
		head + "Transfer-Encoding: chunked\r\n\r\n2;x=1\r\nok\r\n0\r\nT: t\r\n\r\n",
		"HTTP/1.1 102 Wait\r\n\r\n" + head + "Content-Length: 2\r\n\r\nok",
		"HTTP/1.1 204 OK\r\nX-A: 1\r\n\r\n",
		head + "Content-Length: 9000\r\n\r\n" + strings.Repeat("long body", 1000),
		head + "Content-Length: 9000\r\n\r\n" + strings.Repeat("wide body", 1000),
	}
	s := newStand(t, Options{}).uncapped()
	r := rand.New(rand.NewPCG(3, 4))
	app := newApp(t, func(req []byte) string {
		if strings.HasPrefix(string(req), "HEAD ") {
			return head + "Content-Length: 2\r\n\r\n" // no body follows
		}
		var i int
		if _, err := fmt.Sscanf(string(req), "POST /hook/%d", &i); err != nil {
			t.Errorf("%q", req)
		}
		return answers[i]
	})
	var sent []string
	for range 150 {
		i := r.IntN(len(answers) + 1)
		if i == len(answers) {
			sent = append(sent, "HEAD /in/demo/hook/0 HTTP/1.1\r\nHost: x.example\r\n\r\n")
			continue
		}
		sent = append(sent, fmt.Sprintf("POST /in/demo/hook/%d HTTP/1.1\r\nHost: x.example\r\nContent-Length: 2\r\n\r\n{}", i))
	}
	s.seed(sent...)
	run := s.begin(RunSpec{Kind: RunReplay, Source: RunSource{Query: "dir:in"}, To: &RunTarget{URL: "http://" + app.addr}, Ordered: true})
	if run = s.ended(run.ID, RunDone); run.OK != len(sent) {
		t.Fatalf("%+v", run)
	}
	reused := 0
	for _, row := range s.rows(run.Query) {
		a, err := s.rig.store.Attempts(t.Context(), inspector.DefaultWorkspace, row.ID)
		if err != nil || len(a) != 1 {
			t.Fatal(a, err)
		}
		want := head + "Content-Length: 2\r\n\r\n"
		var i int
		if row.Method == "POST" {
			if _, err := fmt.Sscanf(row.Target, "/hook/%d", &i); err != nil {
				t.Fatal(err)
			}
			want = answers[i]
		}
		got := string(a[0].Response.Interim) + s.rig.message(a[0].BodyKey(inspector.Response), a[0].Response)
		if got != want {
			t.Errorf("%s %s: recorded %.200q, was answered %.200q", row.Method, row.Target, got, want)
		}
		if a[0].Reused {
			reused++
		}
	}
	if reused < len(sent)/2 {
		t.Errorf("%d of %d went over a connection that was there", reused, len(sent))
	}
}

// A deadline that stands is kept only while it is hardly later than the one asked for.
func TestUpstreamBound(t *testing.T) {
	t.Parallel()
	u := testUpstream(t, newApp(t, always("")).addr)
	now := time.Now()
	for _, tt := range []struct {
		after, within time.Duration
		anew          bool
	}{
		{0, time.Minute, true},
		{time.Second / 2, time.Minute, false},
		{2 * time.Second, time.Minute, true},
		{2 * time.Second, time.Second, true},
		{2 * time.Second, time.Hour, true},
	} {
		before, at := u.until, now.Add(tt.after)
		end := at.Add(tt.within)
		if err := u.bound(at, end); err != nil {
			t.Fatal(err)
		}
		if late := u.until.Sub(end); u.until.Equal(before) == tt.anew || late < 0 || late > tt.within/64 {
			t.Errorf("%s after %s: %s later, was %s", tt.within, tt.after, late, before.Sub(end))
		}
	}
}

package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/web/client"
)

// target is the part of a link after the host.
func target(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return u.RequestURI()
}

// login turns a link into the value of a Cookie header.
func (r *rig) login(link string) (reply, string) {
	r.t.Helper()
	a := r.do("GET", target(r.t, link), "", "Authorization: -")
	for _, c := range a.Cookies() {
		return a, c.Name + "=" + c.Value
	}
	return a, ""
}

func TestLoginLinkWorksOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	link := r.LoginLink()
	if head := r.do("HEAD", target(t, link), "", "Authorization: -"); head.StatusCode != 405 {
		t.Errorf("HEAD of a link = %d, want 405: a preview must not use it up", head.StatusCode)
	}
	a, cookie := r.login(link)
	if a.StatusCode != 303 || a.Header.Get("Location") != "/live" || cookie == "" {
		t.Fatalf("login = %d %v", a.StatusCode, a.Header)
	}
	c := a.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || !strings.HasPrefix(c.Name, sessionCookie) || c.Domain != "" {
		t.Errorf("cookie = %+v", c)
	}
	if strings.Contains(cookie, token) {
		t.Error("the cookie holds the token")
	}
	if s := r.do("GET", "/api/v1/status", "", "Authorization: -", "Cookie: "+cookie); s.StatusCode != 200 {
		t.Errorf("status with the session = %d", s.StatusCode)
	}
	if again, cookie := r.login(link); again.StatusCode != 401 || cookie != "" {
		t.Errorf("second use = %d, cookie %q", again.StatusCode, cookie)
	}
	if again := r.do("GET", target(t, link), "", "Authorization: -", "Accept: text/html,*/*"); again.StatusCode != 303 || again.Header.Get("Location") != "/live" || len(again.Cookies()) != 0 {
		t.Errorf("used link in a browser = %d %v, want the page, without a session", again.StatusCode, again.Header)
	}
	if again := r.do("GET", target(t, link), "", "Authorization: -", "Cookie: "+cookie); again.StatusCode != 303 || len(again.Cookies()) != 0 {
		t.Errorf("used link in a browser that is logged in = %d", again.StatusCode)
	}
}

func TestLoginLinkEnds(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	early, late := r.LoginLink(), r.LoginLink()
	r.clock.advance(10*time.Minute - time.Second)
	if a, _ := r.login(early); a.StatusCode != 303 {
		t.Errorf("after 9:59 = %d", a.StatusCode)
	}
	r.clock.advance(time.Second)
	if a, _ := r.login(late); a.StatusCode != 401 {
		t.Errorf("after 10:00 = %d", a.StatusCode)
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, cookie := r.login(r.LoginLink())
	ask := func() int { return r.do("GET", "/api/v1/status", "", "Authorization: -", "Cookie: "+cookie).StatusCode }
	r.clock.advance(sessionAge - time.Second)
	if got := ask(); got != 200 {
		t.Errorf("before its end = %d", got)
	}
	r.clock.advance(2 * time.Second)
	if got := ask(); got != 401 {
		t.Errorf("after its end = %d", got)
	}
}

func TestForgedSessions(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := newSessions(token)
	good := s.open(now)
	if !s.valid(good, now) {
		t.Fatal("a good session is refused")
	}
	if newSessions("another token").valid(good, now) {
		t.Error("a session outlives its token")
	}
	for i := range good {
		forged := []byte(good)
		forged[i] ^= 1
		// The last character carries bits that mean nothing; they may differ.
		if s.valid(string(forged), now) && i < len(good)-1 {
			t.Errorf("a session with character %d changed is valid", i)
		}
	}
	for _, v := range []string{"", "x", good[:20], good + "AAAA", strings.Repeat("A", 75), strings.Repeat("A", 10_000)} {
		if s.valid(v, now) {
			t.Errorf("%.30q is valid", v)
		}
	}
}

func TestOnlyTheTokenMakesLinks(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := r.do("POST", "/api/v1/links", "{}")
	var l client.Link
	if err := json.Unmarshal(a.body, &l); err != nil || a.StatusCode != 201 {
		t.Fatalf("= %d %s", a.StatusCode, a.body)
	}
	_, cookie := r.login(l.URL)
	if cookie == "" {
		t.Fatal("the link does not work")
	}
	if a := r.do("POST", "/api/v1/links", "{}", "Authorization: -", "Cookie: "+cookie); a.StatusCode != 403 {
		t.Errorf("a link with a session = %d, want 403", a.StatusCode)
	}
}

func TestWrongTokensAreSlowedDownAndRightOnesNot(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	limited := false
	for range 30 {
		switch a := r.do("GET", "/api/v1/status", "", "Authorization: Bearer wrong"); a.StatusCode {
		case 401:
		case 429:
			limited = true
		default:
			t.Fatalf("wrong token = %d", a.StatusCode)
		}
	}
	if !limited {
		t.Error("30 wrong tokens at once were all looked at")
	}
	if a := r.do("GET", "/api/v1/status", ""); a.StatusCode != 200 {
		t.Errorf("right token meanwhile = %d", a.StatusCode)
	}
	if a, _ := r.login(r.LoginLink()); a.StatusCode != 303 {
		t.Errorf("good link meanwhile = %d", a.StatusCode)
	}
	r.clock.advance(5 * time.Second)
	if a := r.do("GET", "/api/v1/status", "", "Authorization: Bearer wrong"); a.StatusCode != 401 {
		t.Errorf("wrong token later = %d, want 401", a.StatusCode)
	}
}

func TestUnusedLinksAreBounded(t *testing.T) {
	t.Parallel()
	var l links
	now := time.Now()
	first := l.issue(now)
	for i := range 1000 {
		l.issue(now.Add(time.Duration(i+1) * time.Millisecond))
	}
	last := l.issue(now.Add(2 * time.Second))
	if len(l.ends) > maxLinks {
		t.Errorf("%d links are kept", len(l.ends))
	}
	if l.redeem(first, now) || !l.redeem(last, now) {
		t.Error("not the oldest links were dropped")
	}
}

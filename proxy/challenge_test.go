package proxy

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

func sha(key, text string) []byte {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// ask is a request of a method with headers, written "Name: value".
func ask(method, target, body string, headers ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: sender\r\n", method, target)
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	if method == "POST" {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	return b.String() + "\r\n" + body
}

func TestChallenges(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	now := time.Now()
	const plain = `{"ok":true}`
	signed := func(scheme, secret, body string, headers ...string) func(string) string {
		return func(inbox string) string {
			request := signedRequest(t, scheme, secret, inbox, body, now)
			return strings.Replace(request, "Content-Type", strings.Join(append(headers, "Content-Type"), "\r\n"), 1)
		}
	}
	request := func(method, suffix, body string, headers ...string) func(string) string {
		return func(inbox string) string { return ask(method, "/in/"+inbox+suffix, body, headers...) }
	}
	discord, _ := signer.Lookup("discord.interactions")
	key, public, err := discord.NewSecret()
	if err != nil {
		t.Fatal(err)
	}
	slackBody := `{"token":"t","challenge":"3eZb <b>","type":"url_verification"}`
	zoomBody := `{"payload":{"plainToken":"qgg8vlvZRS6U"},"event":"endpoint.url_validation"}`
	xeroBody := `{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"X"}`
	for _, tt := range []struct {
		name    string
		inbox   Inbox
		request func(inbox string) string
		status  int
		body    string
		header  string // a line of the answer
		note    string // of attempt 0, "-" for none
	}{
		{"slack", Inbox{Secrets: []Secret{{Value: "s"}}}, signed("slack", "s", slackBody), 200, "3eZb <b>", "Content-Type: text/plain; charset=utf-8", "answered as Slack's url_verification"},
		{"slack without secret", Inbox{}, signed("slack", "s", slackBody), 200, "3eZb <b>", "", "its signature was not checked"},
		{"slack signed wrongly", Inbox{Secrets: []Secret{{Value: "other"}}}, signed("slack", "s", slackBody), 401, "boathook: its signature is invalid\n", "", "refused as Slack's url_verification"},
		{"slack switched off", Inbox{Challenges: Challenges{"off"}, Secrets: []Secret{{Value: "s"}}}, signed("slack", "s", slackBody), 200, plain, "", "-"},
		{"slack not listed", Inbox{Challenges: Challenges{"zoom"}, Secrets: []Secret{{Value: "s"}}}, signed("slack", "s", slackBody), 200, plain, "", "-"},
		{"slack without its header", Inbox{}, request("POST", "", slackBody), 200, plain, "", "-"},
		{"slack's other events", Inbox{Secrets: []Secret{{Value: "s"}}}, signed("slack", "s", `{"type":"event_callback","challenge":"x"}`), 200, plain, "", "-"},
		{"slack too long", Inbox{Secrets: []Secret{{Value: "s"}}}, signed("slack", "s", `{"type":"url_verification","challenge":"`+strings.Repeat("x", maxChallengeEcho+1)+`"}`), 200, plain, "", "too long"},
		{"zoom", Inbox{Secrets: []Secret{{Value: "zs"}}}, signed("zoom", "zs", zoomBody), 200,
			`{"plainToken":"qgg8vlvZRS6U","encryptedToken":"` + hex.EncodeToString(sha("zs", "qgg8vlvZRS6U")) + `"}`, "Content-Type: application/json", "answered as Zoom's"},
		{"zoom without secret", Inbox{}, signed("zoom", "zs", zoomBody), 200, plain, "", "no secret"},
		{"meta", Inbox{ChallengeToken: "tok en"}, request("GET", "?hub.mode=subscribe&hub.verify_token=tok%20en&hub.challenge=115%26", ""), 200, "115&", "X-Content-Type-Options: nosniff", "answered as Meta's"},
		{"meta, other token", Inbox{ChallengeToken: "tok"}, request("GET", "?hub.mode=subscribe&hub.verify_token=toc&hub.challenge=115", ""), 403, "boathook: hub.verify_token is not the token of this inbox\n", "", "refused as Meta's"},
		{"meta, no token sent", Inbox{ChallengeToken: "tok"}, request("GET", "?hub.mode=subscribe&hub.challenge=115", ""), 403, "boathook: hub.verify_token is not the token of this inbox\n", "", ""},
		{"meta, no token set", Inbox{Challenges: Challenges{"meta"}}, request("GET", "?hub.mode=subscribe&hub.verify_token=&hub.challenge=115", ""), 200, plain, "", "no verify token"},
		{"meta, other mode", Inbox{ChallengeToken: "tok"}, request("GET", "?hub.mode=unsubscribe&hub.verify_token=tok&hub.challenge=115", ""), 200, plain, "", "-"},
		{"x", Inbox{Scheme: "x-twitter", Secrets: []Secret{{Value: "xs"}}}, request("GET", "?crc_token=a%2Bb", ""), 200,
			`{"response_token":"sha256=` + base64.StdEncoding.EncodeToString(sha("xs", "a+b")) + `"}`, "", "answered as X's"},
		{"x, scheme not named", Inbox{Secrets: []Secret{{Value: "xs"}}}, request("GET", "?crc_token=a", ""), 200, plain, "", "-"},
		{"twitch", Inbox{Secrets: []Secret{{Value: "ts"}}}, signed("twitch.eventsub", "ts", `{"challenge":"p0gg"}`, "Twitch-Eventsub-Message-Type: webhook_callback_verification"), 200, "p0gg", "Content-Type: text/plain", "answered as Twitch's"},
		{"twitch signed wrongly", Inbox{Secrets: []Secret{{Value: "other"}}}, signed("twitch.eventsub", "ts", `{"challenge":"p0gg"}`, "Twitch-Eventsub-Message-Type: webhook_callback_verification"), 401, "boathook: its signature is invalid\n", "", "refused"},
		{"twitch's events", Inbox{Secrets: []Secret{{Value: "ts"}}}, signed("twitch.eventsub", "ts", `{"challenge":"p0gg"}`, "Twitch-Eventsub-Message-Type: notification"), 200, plain, "", "-"},
		{"discord", Inbox{Scheme: "discord.interactions", Secrets: []Secret{{Value: public}}}, signed("discord.interactions", key, `{"type":1}`), 200, `{"type":1}`, "", "answered as Discord's PING"},
		{"discord signed wrongly", Inbox{Scheme: "discord.interactions", Secrets: []Secret{{Value: public}}}, func(inbox string) string {
			return strings.Replace(signedRequest(t, "discord.interactions", key, inbox, `{"type":1} `, now), `{"type":1} `, `{"type": 1}`, 1)
		}, 401, "", "", ""},
		{"dropbox", Inbox{Scheme: "dropbox"}, request("GET", "?challenge=%3Cscript%3E", ""), 200, "<script>", "Content-Type: text/plain; charset=utf-8", "answered as Dropbox's"},
		{"dropbox, not told", Inbox{}, request("GET", "?challenge=x", ""), 200, plain, "", "-"},
		{"nylas", Inbox{Challenges: Challenges{"nylas"}}, request("GET", "?challenge=ny", ""), 200, "ny", "", "not confirmed"},
		{"trello", Inbox{Scheme: "trello", Answer: Answer{Status: 404}}, request("HEAD", "", ""), 200, "", "", "answered as Trello's"},
		{"monday", Inbox{Scheme: "monday"}, request("POST", "", `{"challenge":"c\u0000<"}`), 200, `{"challenge":"c\u0000\u003c"}`, "", "answered as monday.com's"},
		{"monday, a number", Inbox{Scheme: "monday"}, request("POST", "", `{"challenge":5}`), 200, plain, "", "-"},
		{"okta", Inbox{}, request("GET", "", "", "x-okta-verification-challenge: v1"), 200, `{"verification":"v1"}`, "", "answered as Okta's"},
		{"xero", Inbox{Scheme: "xero", Secrets: []Secret{{Value: "xk"}}}, signed("xero", "xk", xeroBody), 200, "", "", "answered as Xero's"},
		{"xero signed wrongly", Inbox{Scheme: "xero", Secrets: []Secret{{Value: "xk"}}}, signed("xero", "no", xeroBody), 401, "", "", "refused as Xero's"},
		{"xero without secret", Inbox{Scheme: "xero"}, signed("xero", "no", xeroBody), 200, plain, "", "no secret"},
		{"notion", Inbox{Scheme: "notion", Answer: Answer{Status: 500}}, request("POST", "", `{"verification_token":"secret_x"}`), 200, "", "", "has to be pasted into Notion"},
		{"sns", Inbox{}, request("POST", "", `{"Type":"SubscriptionConfirmation","SubscribeURL":"https://sns.example/?Action=Confirm\r\nX: y"}`, "x-amz-sns-message-type: SubscriptionConfirmation"), 200, "", "", "open its SubscribeURL yourself: https://sns.example/?Action=ConfirmX: y"},
		{"graph", Inbox{Challenges: Challenges{"microsoft-graph"}}, request("POST", "?validationToken=Validation%3A+Testing%20%3C", ""), 200, "Validation: Testing <", "Content-Type: text/plain; charset=utf-8", "answered as Microsoft Graph's"},
		{"adobe", Inbox{}, request("GET", "", "", "X-AdobeSign-ClientId: UB7E"), 200, `{"xAdobeSignClientId":"UB7E"}`, "X-AdobeSign-ClientId: UB7E", "not confirmed"},
		{"adobe too long", Inbox{}, request("GET", "", "", "X-AdobeSign-ClientId: "+strings.Repeat("x", maxReflected+1)), 200, plain, "", "too long"},
		{"broken query", Inbox{ChallengeToken: "t"}, request("GET", "?hub.mode=subscribe&%zz&hub.challenge", ""), 403, "", "", ""},
		{"broken JSON", Inbox{Scheme: "monday"}, request("POST", "", `{"challenge":"x"`), 200, plain, "", "-"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.inbox.Name = strings.NewReplacer(" ", "-", ",", "", "'", "").Replace(strings.ToLower(tt.name))
			s.inbox(tt.inbox)
			raw := tt.request(tt.inbox.Name)
			method, _, _ := strings.Cut(raw, " ")
			a := s.rig.dial().send(raw).answer(method)
			if a.status != tt.status || tt.body != "" && a.body != tt.body || tt.body == "" && tt.status == 200 && a.body != "" {
				t.Errorf("answered %d %q, want %d %q", a.status, a.body, tt.status, tt.body)
			}
			if !strings.Contains(string(a.raw), tt.header) {
				t.Errorf("no line %q in %q", tt.header, a.raw)
			}
			if tt.note != "-" && !strings.Contains(string(a.raw), "nosniff") && a.body != plain {
				t.Errorf("no nosniff in %q", a.raw)
			}
			var row inspector.Row
			eventually(t, "the record of the answer", func() bool {
				rows := s.find("inbox:" + tt.inbox.Name + " status:" + fmt.Sprint(tt.status))
				if len(rows) == 1 {
					row = rows[0]
				}
				return len(rows) == 1
			})
			notes := strings.Join(s.rig.attempts(row.ID)[0].Notes, "\n")
			if tt.note == "-" && notes != "" || tt.note != "-" && !strings.Contains(notes, tt.note) {
				t.Errorf("notes %q, want %q", notes, tt.note)
			}
		})
	}
}

// Asana hands its secret over once. Nobody else can replace it then.
func TestSecretOfAHandshakeIsKept(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	s.inbox(Inbox{Name: "a", Scheme: "asana"})
	s.inbox(Inbox{Name: "other"})
	hand := func(inbox, secret string) reply {
		return s.raw(ask("POST", "/in/"+inbox, "", "X-Hook-Secret: "+secret))
	}
	if a := hand("a", "first-secret"); a.status != 200 || !strings.Contains(string(a.raw), "\r\nX-Hook-Secret: first-secret\r\n") {
		t.Fatalf("answer %+v", a)
	}
	in, err := s.Inboxes().Get("a")
	if err != nil || len(in.Secrets) != 1 || value(&in.Secrets[0]) != "first-secret" {
		t.Fatalf("secrets %v, %v", in.Secrets, err)
	}
	s.raw(signedRequest(t, "asana", "first-secret", "a", `{"events":[]}`, time.Now()))
	s.settled("a", "sig:valid")
	if a := hand("a", "second"); !strings.Contains(string(a.raw), "\r\nX-Hook-Secret: second\r\n") {
		t.Errorf("second answer %q", a.raw)
	}
	if in, _ := s.Inboxes().Get("a"); len(in.Secrets) != 1 || value(&in.Secrets[0]) != "first-secret" {
		t.Errorf("another secret was kept: %v", in.Secrets)
	}
	if a := hand("other", "x"); strings.Contains(string(a.raw), "X-Hook-Secret") {
		t.Errorf("an inbox of nobody's answered %q", a.raw)
	}
	if in, _ := s.Inboxes().Get("other"); len(in.Secrets) != 0 {
		t.Error("an inbox of nobody's kept a secret")
	}
	if s.stop(); len(s.find("inbox:a")) != 3 {
		t.Error("not every request is stored")
	}
}

func TestChallengeOfAForwardingInbox(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	app := newApp(t, always("HTTP/1.1 202 Accepted\r\nContent-Length: 3\r\n\r\napp"))
	for _, tt := range []struct {
		from string
		want string
	}{{"", "app"}, {"inbox", `{"verification":"v"}`}} {
		s.inbox(Inbox{Name: "a", Forward: []Target{{URL: "http://" + app.addr}}, AnswerFrom: tt.from})
		if a := s.raw(ask("GET", "/in/a", "", "X-Okta-Verification-Challenge: v")); a.body != tt.want {
			t.Errorf("answer from %q: %q, want %q", tt.from, a.body, tt.want)
		}
	}
}

func TestChallengeTableIsSound(t *testing.T) {
	t.Parallel()
	providers := map[string]bool{}
	for _, s := range signer.All() {
		providers[s.Provider] = true
	}
	last := ""
	for _, c := range AllChallenges() {
		if c.ID <= last || c.Provider == "" || !strings.HasSuffix(c.Text, ".") {
			t.Errorf("%+v after %s", c, last)
		}
		last = c.ID
	}
	for _, c := range challenges {
		if c.of != "" && !providers[c.of] {
			t.Errorf("%s: no scheme is of %s", c.id, c.of)
		}
		if c.method == "" || c.what == "" || c.certain && c.header == "" {
			t.Errorf("%s: told by nothing of its own", c.id)
		}
	}
}

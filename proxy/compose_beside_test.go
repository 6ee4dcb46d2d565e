package proxy

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// signatureLines are the header lines of what signs, in order.
func signatureLines(head []byte) (lines []string) {
	for _, f := range inspector.ParseHead(head).Fields {
		if strings.Contains(strings.ToLower(f.Name), "signature") {
			lines = append(lines, f.Name+": "+f.Value)
		}
	}
	return lines
}

// Providers that write two signatures write both, in their order, by the vectors that
// they have published.
func TestSignaturesSideBySide(t *testing.T) {
	t.Parallel()
	const hubspot = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
	for _, tt := range []struct {
		name, provider, secret, body string
		change                       func(*Endpoint, *Outgoing)
		want                         []string
	}{
		{
			"github", "github", "mysecret", `{"foo":"bar"}`, nil,
			[]string{
				"X-Hub-Signature: sha1=d03207e4b030cf234e3447bac4d93add4c6643d8",
				"X-Hub-Signature-256: sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3",
			},
		},
		{
			"the scheme of the provider, named", "github", "mysecret", `{"foo":"bar"}`,
			func(ep *Endpoint, _ *Outgoing) { ep.Scheme = "github.sha256" },
			[]string{
				"X-Hub-Signature: sha1=d03207e4b030cf234e3447bac4d93add4c6643d8",
				"X-Hub-Signature-256: sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3",
			},
		},
		{
			"the old one alone", "github", "mysecret", `{"foo":"bar"}`,
			func(ep *Endpoint, _ *Outgoing) { ep.Scheme = "github.sha1" },
			[]string{"X-Hub-Signature: sha1=d03207e4b030cf234e3447bac4d93add4c6643d8"},
		},
		{"no secret", "github", "", `{"foo":"bar"}`, nil, nil},
		{
			"left out on purpose", "github", "mysecret", `{"foo":"bar"}`,
			func(_ *Endpoint, o *Outgoing) { o.Chaos.Switches = []string{ChaosNoSig} }, nil,
		},
		{
			"the old one by hand", "github", "mysecret", `{"foo":"bar"}`,
			func(ep *Endpoint, _ *Outgoing) {
				ep.Headers = []inspector.Field{{Name: "X-Hub-Signature", Value: "sha1=mine"}}
			},
			[]string{
				"X-Hub-Signature-256: sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3",
				"X-Hub-Signature: sha1=mine",
			},
		},
		{
			"hubspot v1", "hubspot", hubspot,
			`[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]`,
			nil, []string{"", "X-HubSpot-Signature: 232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de", "X-HubSpot-Signature-Version: v1"},
		},
		{
			"hubspot v3", "hubspot", hubspot, `{'example_field':'example_value'}`, nil,
			[]string{"X-HubSpot-Signature-v3: K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=", "", "X-HubSpot-Signature-Version: v1"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ep := Endpoint{Provider: tt.provider, URL: "https://www.example.com/webhook_uri"}
			if tt.secret != "" {
				ep.Secrets = []Secret{{Value: tt.secret}}
			}
			o := &Outgoing{
				Provider: provider(t, tt.provider), Now: time.Unix(1693657560, 0),
				Event: &Event{Type: tt.provider + "/x", ID: "1", Payload: []byte(tt.body)}, Body: []byte(tt.body),
			}
			if tt.change != nil {
				tt.change(&ep, o)
			}
			o.Endpoint = ready(t, ep)
			w := composed(t, o)
			got := signatureLines(w.Head)
			if len(got) == len(tt.want) {
				for i := range got {
					if tt.want[i] == "" {
						got[i] = "" // there is no vector of it
					}
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("signed with\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

// A recorded request that is signed anew has both signatures made anew, each at its
// place; one that had the newer alone gets no other.
func TestBothSignaturesAnew(t *testing.T) {
	t.Parallel()
	const old = "X-Hub-Signature: sha1=old\r\nX-A: b\r\nX-Hub-Signature-256: sha256=old\r\n"
	for recorded, want := range map[string][]string{
		old: {
			"X-Hub-Signature: sha1=d03207e4b030cf234e3447bac4d93add4c6643d8",
			"X-Hub-Signature-256: sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3",
		},
		"X-Hub-Signature-256: sha256=old\r\n": {"X-Hub-Signature-256: sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3"},
	} {
		head := "POST /x HTTP/1.1\r\nHost: a\r\nX-GitHub-Event: push\r\n" + recorded + "Content-Length: 13\r\n\r\n"
		w := composed(t, &Outgoing{
			Endpoint: ready(t, Endpoint{Provider: "github", Secrets: []Secret{{Value: "mysecret"}}}), Provider: provider(t, "github"),
			Event: &Event{Type: "github/push", ID: "1", Payload: []byte(`{"foo":"bar"}`)}, Resign: true,
			Exact: &inspector.Message{Head: []byte(head), Size: 13, Wanted: 13},
		})
		if got := signatureLines(w.Head); !slices.Equal(got, want) {
			t.Errorf("signed with\n%q, want\n%q", got, want)
		}
		if strings.Contains(recorded, "X-A") && !strings.Contains(string(w.Head), "643d8\r\nX-A: b\r\nX-Hub-Signature-256") {
			t.Errorf("the order is another:\n%s", w.Head)
		}
	}
}

// Of two signatures the provider's own is the one that is taken for the signature of a
// request, whoever looks at it.
func TestOwnSignatureCountsBeforeTheOther(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"github", "hubspot", "meta"} {
		p := provider(t, id)
		ep := ready(t, Endpoint{Provider: id, Secrets: []Secret{{Value: "a-secret-of-a-test"}}})
		w := composed(t, &Outgoing{Endpoint: ep, Provider: p, Event: &Event{Type: p.Events[0].ID(), ID: "1", Payload: []byte(`{"a":1}`)}})
		found := signer.Detect(received(w, ep))
		if len(signatureLines(w.Head)) < 2 || len(found) < 2 || found[0].ID != p.Scheme {
			t.Errorf("%s: detected %v in\n%s", id, found, w.Head)
		}
	}
}

package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/snippet"
	"github.com/boathook/boathook/web/client"
)

func TestPrograms(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const head = "POST /in/demo/x?token=hidden-one&a=1 HTTP/1.1\r\nHost: hooks.example.org\r\nAuthorization: Bearer hidden-two\r\nX-Hub-Signature-256: sha256=00\r\n\r\n"
	row := r.capture(capture{head: head, body: `{"a":1}`})
	_, err := r.store.Commit(t.Context(), &inspector.Batch{Workspace: inspector.DefaultWorkspace, Patches: []inspector.Patch{{ID: row.ID, Verdict: &inspector.VerdictPatch{Verdict: inspector.Invalid, Scheme: "github"}}}})
	if err != nil {
		t.Fatal(err)
	}
	path := fmt.Sprintf("/api/v1/deliveries/%d/code", row.N)
	for _, language := range snippet.Languages {
		var p client.Program
		r.get(path+"?language="+language, &p)
		if p.Language != language || strings.Contains(p.Code, "hidden") || len(p.Needs) != 2 || !strings.Contains(p.Code, p.Needs[0].Name) || p.File != "" {
			t.Errorf("%s: %+v", language, p)
		}
		r.get(path+"?secrets=1&language="+language, &p)
		if !strings.Contains(p.Code, "hidden-one") || !strings.Contains(p.Code, "hidden-two") {
			t.Errorf("%s with secrets: %+v", language, p)
		}
		if language == "raw" {
			continue
		}
		r.get(path+"?sign=now&body=file&to=http://localhost:3000&language="+language, &p)
		if !p.Signing.Now || !p.Signing.Able || p.Signing.Scheme != "github" || !strings.Contains(p.Code, "WEBHOOK_SECRET") || strings.Contains(p.Code, "sha256=00") || p.File == "" || strings.Contains(p.Code, "/in/demo") || p.To != "http://localhost:3000" {
			t.Errorf("%s signed: %+v", language, p)
		}
	}
	for query, want := range map[string]int{
		"": 200, "?language=cobol": 400, "?attempt=7": 404, "?attempt=x": 400, "?sign=maybe": 400, "?body=no": 400, "?to=ftp://x": 400, "?to=http://": 400,
		"?sign=now&scheme=twilio": 400, "?sign=now&scheme=nosuch": 400, "?sign=now&language=raw": 400, "?to=http://me:pw@x/": 400,
	} {
		if a := r.do("GET", path+query, ""); a.StatusCode != want {
			t.Errorf("%s = %d %s, want %d", query, a.StatusCode, a.body, want)
		}
	}
	for say, want := range map[string]string{"?scheme=twilio": "steps of its own", "?scheme=nosuch": "no such scheme"} {
		var p client.Program
		if r.get(path+say, &p); p.Signing.Able || !strings.Contains(p.Signing.Why, want) {
			t.Errorf("%s: %+v", say, p.Signing)
		}
	}
}

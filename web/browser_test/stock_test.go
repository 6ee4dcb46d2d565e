//go:build browser

package browser

import (
	"bytes"
	stdjson "encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
	"github.com/boathook/boathook/web/client"
)

// api calls the API and reads its answer into a T.
func api[T any](r *rig, method, path string, body any) T {
	r.t.Helper()
	data, err := stdjson.Marshal(body)
	if err != nil {
		r.t.Fatal(err)
	}
	req, err := http.NewRequest(method, r.page+"/api/v1"+path, bytes.NewReader(data))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		r.t.Fatalf("%s %s: %s %s %v", method, path, res.Status, text, err)
	}
	var v T
	if err := stdjson.Unmarshal(text, &v); err != nil {
		r.t.Fatalf("%s %s: %v in %s", method, path, err, text)
	}
	return v
}

type numbered struct {
	N int `json:"n"`
}

// emit sends an event and tells the numbers of its deliveries.
func (r *rig) emit(body map[string]any) []int {
	r.t.Helper()
	got := api[struct {
		Deliveries []numbered `json:"deliveries"`
	}](r, "POST", "/events", body)
	var out []int
	for _, d := range got.Deliveries {
		out = append(out, d.N)
	}
	return out
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(45 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

const longWord = "averyveryveryveryveryveryveryveryveryveryveryverylongword-without-any-break-in-it"

// lastN is the running number of the newest delivery.
func (r *rig) lastN() int {
	r.t.Helper()
	stats, err := r.store.Stats(r.t.Context(), inspector.DefaultWorkspace)
	if err != nil {
		r.t.Fatal(err)
	}
	return int(stats.LastN)
}

// stock makes a boathook that has something of everything: deliveries of every
// outcome, endpoints, tries that go on, runs, a scheme of one's own.
func stock(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	furnish(t, r)
	r.send("POST", "/in/demo/"+longWord+"?q="+longWord, "application/json", `{"`+longWord+`":"`+longWord+`"}`, "X-"+longWord+": "+longWord)
	places["LONG"] = r.lastN()
	r.send("POST", "/in/demo/page", "text/html", `<!doctype html><title>Down</title><h1>Bad gateway</h1><p style="color: red">Try again.</p>`)
	places["HTML"] = r.lastN()
	failing, _ := receiver(t, 503)
	r.endpoint(proxy.Endpoint{Name: "crm", URL: failing, Provider: "webconnex", Events: []string{"webconnex/*"}, Note: "the shop"})
	r.endpoint(proxy.Endpoint{Name: "mail", Kind: "email", Events: []string{"stockcrowd/*"}, Email: &proxy.Email{To: []string{"a@example.org"}, SMTP: &proxy.SMTP{Host: "mail.example.org"}}})
	if _, err := r.schemes.Put(t.Context(), signer.Scheme{
		ID: "acme", Name: "Acme", Provider: "Acme", Algorithm: signer.HMACSHA256, Encoding: signer.Hex, Secret: signer.SecretText,
		Signature: signer.Signature{Headers: []string{"X-Acme-Signature"}, Layout: signer.Raw}, Content: "{body}",
	}, 0); err != nil {
		t.Fatal(err)
	}
	api[client.Recording](r, "POST", "/recordings", map[string]any{"name": "checkout", "note": "one order", "expect": "status:2xx", "q": "inbox:demo"})
	places["OUT"] = r.emit(map[string]any{"type": "webconnex/registration", "to": []string{"crm"}})[0]
	places["SELF"] = r.emit(map[string]any{"type": "svix/user.created", "to": []string{"inbox:demo"}})[0]
	run := api[proxy.Run](r, "POST", "/runs", map[string]any{"kind": "replay", "source": map[string]any{"q": "inbox:billing"}, "to": map[string]any{"url": failing + "/replayed"}})
	eventually(t, "the run is done", func() bool { return api[proxy.Run](r, "GET", "/runs/"+run.ID, nil).State == "done" })
	return r
}

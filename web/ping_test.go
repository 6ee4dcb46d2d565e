package web

import (
	"encoding/json"
	"testing"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// Whoever pings an inbox is told what the app behind it answered, not that nothing is known yet.
func TestPingOfAnInboxWaitsForTheOutcome(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := newApp(t)
	a.answer(401)
	r.post("/api/v1/inboxes", json.RawMessage(`{"name":"app","forward":[{"name":"app","url":"`+a.URL+`"}]}`), 201, &proxy.Inbox{})
	for range 20 {
		var p client.Pinged
		r.post("/api/v1/ping", client.PingInput{Inbox: "app"}, 201, &p)
		var d client.Delivery
		r.get("/api/v1/deliveries/"+p.Delivery.String(), &d)
		if p.Status != 401 || d.Row.Status != 401 {
			t.Fatalf("answered %d, and the delivery says %d", p.Status, d.Row.Status)
		}
	}
}

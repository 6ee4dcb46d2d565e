package web

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/boathook/boathook/web/client"
)

// dial opens a socket with the token.
func (r *rig) dial(header ...string) (*websocket.Conn, *http.Response, error) {
	h := http.Header{"Authorization": {"Bearer " + token}}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	d := websocket.Dialer{HandshakeTimeout: 30 * time.Second}
	return d.Dial("ws://"+r.addr+"/api/v1/feed", h)
}

// feed opens a socket and subscribes.
func (r *rig) feed(subscription string) *websocket.Conn {
	r.t.Helper()
	conn, _, err := r.dial()
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { conn.Close() })
	if err := conn.WriteMessage(websocket.TextMessage, []byte(subscription)); err != nil {
		r.t.Fatal(err)
	}
	return conn
}

// frame reads the next frame.
func (r *rig) frame(conn *websocket.Conn) client.Frame {
	r.t.Helper()
	conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	_, data, err := conn.ReadMessage()
	if err != nil {
		r.t.Fatalf("read a frame: %v", err)
	}
	var f client.Frame
	if err := json.Unmarshal(data, &f); err != nil {
		r.t.Fatalf("frame %s: %v", data, err)
	}
	return f
}

func TestFeedTellsNewDeliveries(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.capture(capture{})
	var page client.Page
	r.get("/api/v1/deliveries", &page)
	conn := r.feed(`{"after":"` + string(page.Cursor) + `","q":""}`)
	row := r.capture(capture{})
	f := r.frame(conn)
	if f.From != page.Cursor || len(f.Rows) != 1 || f.Rows[0].ID != row.ID || f.To == "" {
		t.Errorf("frame = %+v", f)
	}
}

func TestFeedChangesItsFilter(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	first := r.capture(capture{inbox: "one"})
	second := r.capture(capture{inbox: "two"})
	conn := r.feed(`{"after":"","q":"inbox:one"}`)
	if f := r.frame(conn); len(f.Rows) != 1 || f.Rows[0].ID != first.ID {
		t.Fatalf("first filter = %+v", f)
	}
	send := func(text string) {
		if err := conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	send(`{"after":"","q":"inbox:two"}`)
	if f := r.frame(conn); len(f.Rows) != 1 || f.Rows[0].ID != second.ID {
		t.Fatalf("second filter = %+v", f)
	}
	for _, bad := range []string{`{"after":"","q":"nosuch:1"}`, `{"q":1}`, `[]`, `{"after":-1}`, `{"x":1}`, ``, `{"q":"","q":""}`} {
		send(bad)
		if f := r.frame(conn); f.Error == nil || f.Error.Status != 400 {
			t.Errorf("%s = %+v", bad, f)
		}
	}
	third := r.capture(capture{inbox: "two"})
	if f := r.frame(conn); len(f.Rows) != 1 || f.Rows[0].ID != third.ID {
		t.Errorf("after errors = %+v", f)
	}
	send(`{"after":"what is this","q":""}`)
	if f := r.frame(conn); !f.Reset || f.To == "" {
		t.Errorf("unknown cursor = %+v", f)
	}
}

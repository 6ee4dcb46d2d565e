package web

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/boathook/boathook/web/client"
)

// handshake is a valid one; each line can be replaced.
func (r *rig) handshake(change map[string]string) string {
	lines := []string{"start", "Host", "Authorization", "Upgrade", "Connection", "Sec-WebSocket-Version", "Sec-WebSocket-Key"}
	values := map[string]string{
		"start": "GET /api/v1/feed HTTP/1.1", "Host": r.addr, "Authorization": "Bearer " + token, "Upgrade": "websocket",
		"Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
	}
	for name, v := range change {
		if _, known := values[name]; !known {
			lines = append(lines, name)
		}
		values[name] = v
	}
	request := values["start"] + "\r\n"
	for _, name := range lines[1:] {
		if values[name] != "-" {
			request += name + ": " + values[name] + "\r\n"
		}
	}
	return request + "\r\n"
}

// TestHandshakes is row 46 of the list of bad inputs.
func TestHandshakes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, tt := range []struct {
		name   string
		change map[string]string
		status string
	}{
		{"valid", nil, "101"},
		{"valid from the page", map[string]string{"Origin": "http://" + r.addr, "Sec-Fetch-Site": "same-origin"}, "101"},
		{"subprotocol that we do not have", map[string]string{"Sec-WebSocket-Protocol": "mqtt"}, "101"},
		{"compression is not taken up", map[string]string{"Sec-WebSocket-Extensions": "permessage-deflate"}, "101"},
		{"no key", map[string]string{"Sec-WebSocket-Key": "-"}, "400"},
		{"short key", map[string]string{"Sec-WebSocket-Key": "c2hvcnQ="}, "400"},
		{"key that is no base64", map[string]string{"Sec-WebSocket-Key": "!!!!"}, "400"},
		{"version 12", map[string]string{"Sec-WebSocket-Version": "12"}, "400 426"},
		{"no version", map[string]string{"Sec-WebSocket-Version": "-"}, "400 426"},
		{"no upgrade", map[string]string{"Upgrade": "-"}, "426"},
		{"another upgrade", map[string]string{"Upgrade": "h2c"}, "426"},
		{"no connection", map[string]string{"Connection": "-"}, "426"},
		{"POST", map[string]string{"start": "POST /api/v1/feed HTTP/1.1", "Content-Type": "application/json"}, "405"},
		{"HTTP/1.0", map[string]string{"start": "GET /api/v1/feed HTTP/1.0"}, "426"},
		{"long list of subprotocols", map[string]string{"Sec-WebSocket-Protocol": strings.Repeat("a,", 20_000)}, "431"},
		{"foreign origin", map[string]string{"Origin": "http://evil.example"}, "403"},
		{"origin that is only an address", map[string]string{"Origin": "http://127.0.0.1"}, "403"},
		{"rebound name", map[string]string{"Host": "evil.example", "Origin": "http://evil.example"}, "421"},
		{"no token", map[string]string{"Authorization": "-"}, "401"},
		{"token in the query", map[string]string{"start": "GET /api/v1/feed?token=" + token + " HTTP/1.1", "Authorization": "-"}, "401"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp, body := r.shake(tt.change)
			if resp == nil || !strings.Contains(tt.status, fmt.Sprint(resp.StatusCode)) {
				t.Fatalf("= %v %s, want %s", resp, body, tt.status)
			}
			if resp.StatusCode != 101 {
				conforms(t, "GET", "/api/v1/feed", reply{resp, []byte(body)})
			}
			if resp.Header.Get("Sec-WebSocket-Extensions") != "" || resp.Header.Get("Sec-WebSocket-Protocol") != "" {
				t.Errorf("header = %v", resp.Header)
			}
		})
	}
}

func (r *rig) shake(change map[string]string) (*http.Response, string) {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(30 * time.Second)) //nolint:errcheck // the reads will tell
	io.WriteString(conn, r.handshake(change))          //nolint:errcheck // the server may close first
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: "GET"})
	if err != nil {
		return nil, err.Error()
	}
	defer resp.Body.Close()
	if resp.StatusCode == 101 {
		return resp, ""
	}
	body, _ := io.ReadAll(resp.Body) //nolint:errcheck // what came is looked at
	return resp, string(body)
}

// bytesOf is a frame as it goes over the wire. first is its first byte.
func bytesOf(first byte, masked bool, payload []byte) []byte {
	b := []byte{first}
	bit := byte(0)
	if masked {
		bit = 0x80
	}
	switch {
	case len(payload) < 126:
		b = append(b, bit|byte(len(payload)))
	default:
		b = binary.BigEndian.AppendUint16(append(b, bit|126), uint16(len(payload)))
	}
	if masked {
		b = append(b, 0, 0, 0, 0) // a mask that changes nothing
	}
	return append(b, payload...)
}

// TestFramesThatBreakTheProtocol is rows 47 to 49.
func TestFramesThatBreakTheProtocol(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const text, binaryFrame, ping, fin = 1, 2, 9, 0x80
	huge := binary.BigEndian.AppendUint64([]byte{fin | text, 0x80 | 127}, 1<<30)
	fragments := bytesOf(text, true, make([]byte, 60_000))
	for range 3 {
		fragments = append(fragments, bytesOf(0, true, []byte(strings.Repeat("a", 60_000)))...)
	}
	var pings []byte
	for range 1000 {
		pings = append(pings, bytesOf(fin|ping, true, nil)...)
	}
	var texts []byte
	for range 100 {
		texts = append(texts, bytesOf(fin|text, true, []byte(`{"q":"inbox:a"}`))...)
	}
	for _, tt := range []struct {
		name  string
		bytes []byte
		code  int
	}{
		{"unmasked", bytesOf(fin|text, false, []byte("{}")), websocket.CloseProtocolError},
		{"reserved bit", bytesOf(fin|text|0x40, true, []byte("{}")), websocket.CloseProtocolError},
		{"unknown opcode", bytesOf(fin|3, true, []byte("{}")), websocket.CloseProtocolError},
		{"ping of 126 bytes", bytesOf(fin|ping, true, make([]byte, 126)), websocket.CloseProtocolError},
		{"fragmented ping", bytesOf(ping, true, nil), websocket.CloseProtocolError},
		{"continuation first", bytesOf(fin, true, []byte("{}")), websocket.CloseProtocolError},
		{"1 GiB announced", append(huge, 0, 0, 0, 0), websocket.CloseMessageTooBig},
		{"length with the top bit", append(binary.BigEndian.AppendUint64([]byte{fin | text, 0x80 | 127}, 1<<63), 0, 0, 0, 0), websocket.CloseMessageTooBig},
		{"endless fragments", fragments, websocket.CloseMessageTooBig},
		{"bad UTF-8", bytesOf(fin|text, true, []byte("{\"q\":\"\xff\"}")), websocket.CloseInvalidFramePayloadData},
		{"binary", bytesOf(fin|binaryFrame, true, []byte("{}")), websocket.CloseUnsupportedData},
		{"a thousand pings", pings, websocket.ClosePolicyViolation},
		{"a hundred subscriptions", texts, websocket.ClosePolicyViolation},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conn, _, err := r.dial()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			under := conn.NetConn()
			under.SetDeadline(time.Now().Add(time.Minute)) //nolint:errcheck // the reads will tell
			go under.Write(tt.bytes)                       //nolint:errcheck // the server may close first
			for {
				_, _, err = conn.ReadMessage()
				if err != nil {
					break
				}
			}
			var closed *websocket.CloseError
			if !errors.As(err, &closed) || closed.Code != tt.code {
				t.Errorf("ended with %v, want code %d", err, tt.code)
			}
		})
	}
	waitFor(t, "all sockets to end", func() bool { return r.feeds.count() == 0 })
}

// waitFor polls until what is awaited is so.
func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestSocketsAreBounded(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range r.feeds.limits.sockets {
		conn, _, err := r.dial()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	conn, resp, err := r.dial()
	if err == nil {
		conn.Close()
		t.Fatal("one socket too many was let in")
	}
	if resp == nil || resp.StatusCode != 503 {
		t.Errorf("= %v", resp)
	}
	var s client.Status
	r.get("/api/v1/status", &s)
	if s.Sockets != r.feeds.limits.sockets {
		t.Errorf("status says %d sockets", s.Sockets)
	}
}

// TestStalledReadersHoldNothingUp lets 200 clients follow the feed that never
// read, while captures go on.
func TestStalledReadersHoldNothingUp(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.feeds.limits.sockets = 201
	r.feeds.limits.write = time.Second
	for range 200 {
		conn := r.feed(`{"after":"","q":""}`)
		if tcp, ok := conn.NetConn().(*net.TCPConn); ok {
			tcp.SetReadBuffer(4 << 10) //nolint:errcheck // it only makes the test harder
		}
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	const captures = 2000
	slowest := time.Duration(0)
	long := strings.Repeat("x", 1000)
	for range captures {
		start := time.Now()
		r.capture(capture{head: "POST /" + long + " HTTP/1.1\r\nHost: a\r\n\r\n"})
		slowest = max(slowest, time.Since(start))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if slowest > 20*time.Second {
		t.Errorf("a capture took %s", slowest)
	}
	// Queues hold at most 1 MiB each of frames that all share.
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 100<<20 {
		t.Errorf("memory grew by %d MiB", grown>>20)
	}
	if r.count() != captures {
		t.Errorf("%d of %d are stored", r.count(), captures)
	}
	// Somebody who reads gets everything.
	conn := r.feed(`{"after":"","q":""}`)
	seen := map[uint64]bool{}
	for len(seen) < captures {
		for _, row := range r.frame(conn).Rows {
			seen[row.N] = true
		}
	}
}

func TestSilentClientsAreDropped(t *testing.T) {
	t.Parallel()
	// On a busy machine an answer may take longer than a short silence; then a longer one
	// has to show it.
	for pong := time.Second; !keepsLive(t, pong); pong *= 4 {
		if pong > time.Minute {
			t.Fatal("the live socket was dropped too")
		}
	}
}

// keepsLive drops a silent socket after a silence, and reports whether one that answers
// pings outlasts it.
func keepsLive(t *testing.T, pong time.Duration) bool {
	t.Helper()
	r := newRig(t)
	r.feeds.limits.ping, r.feeds.limits.pong = pong/6, pong
	silent, _, err := r.dial()
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	live := r.feed(`{"after":"","q":""}`)
	if err := live.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			// Reading answers the pings.
			if _, _, err := live.ReadMessage(); err != nil {
				return
			}
		}
	})
	waitFor(t, "the silent socket to be dropped", func() bool { return r.feeds.count() <= 1 })
	time.Sleep(pong * 3 / 2) // a live socket must last longer than the silence that is allowed
	kept := r.feeds.count() == 1
	live.Close()
	wait.Wait()
	return kept
}

func TestStopSaysGoodbyeToSockets(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	conn := r.feed(`{"after":"","q":""}`)
	r.capture(capture{})
	r.frame(conn)
	go r.feeds.close()
	conn.SetReadDeadline(time.Now().Add(30 * time.Second)) //nolint:errcheck // the read will tell
	var err error
	for err == nil {
		_, _, err = conn.ReadMessage()
	}
	if !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Errorf("ended with %v", err)
	}
	if _, resp, err := r.dial(); err == nil || resp == nil || resp.StatusCode != 503 {
		t.Errorf("a socket after the stop = %v, %v", resp, err)
	}
}

// TestFramesAreAsDescribed holds the frames to openapi.json.
func TestFramesAreAsDescribed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	conn := r.feed(`{"after":"","q":""}`)
	row := r.capture(capture{})
	r.do("DELETE", "/api/v1/deliveries/"+row.ID.String(), "")
	if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"q":"nosuch:1"}`)); err != nil {
		t.Fatal(err)
	}
	if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"after":"garbage","q":""}`)); err != nil {
		t.Fatal(err)
	}
	conn.SetReadDeadline(time.Now().Add(time.Minute)) //nolint:errcheck // the read will tell
	for {
		_, data, err := conn.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		valid(t, "/components/schemas/Frame", data)
		if strings.Contains(string(data), `"reset":true`) {
			return
		}
	}
}

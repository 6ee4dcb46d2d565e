package proxy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
)

func TestBinary(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		"": false, "abc": false, "ä": false, "a\x00": true, "\xff": true, "a\xff": true, "abc\xc3": false, "abc\xe2\x82": false,
		"\x80\x80\x80\x80": true, "a\x80": true, "\xe2\x82a": true, "\xc3": false, "\xffabc\xc3": true,
	} {
		if got := binary([]byte(body)); got != want {
			t.Errorf("binary(%q) = %v", body, got)
		}
	}
}

// TestRowDescribesTheRequest holds what a row says of provider, event and body,
// for a short body and for one of many chunks.
func TestRowDescribesTheRequest(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{})
	c := r.dial()
	for _, pad := range []int{10, 700 << 10} {
		body := `{"type":"user.created","pad":"` + strings.Repeat("x", pad) + `"}`
		c.send(fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nsvix-id: msg_1\r\nContent-Encoding: br\r\nContent-Length: %d\r\n\r\n%s", len(body), body)).want(200)
		row := r.rows()[0]
		if row.Provider != "svix" || row.Event != "user.created" || row.EventID != "msg_1" || row.Flags != inspector.FlagUnread|inspector.FlagEncoded {
			t.Errorf("pad %d: %+v", pad, row)
		}
	}
	c.send("POST / HTTP/1.1\r\nHost: a\r\nX-GitHub-Event: ping\r\nContent-Length: 3\r\n\r\n\x00\x01\x02").want(200)
	if row := r.rows()[0]; row.Flags != inspector.FlagUnread|inspector.FlagPing|inspector.FlagBinary {
		t.Errorf("row = %+v", row)
	}
}

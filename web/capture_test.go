package web

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestCapturePortKnowsNoPage asks the capture port for every address of the page
// and the API: each becomes a capture.
func TestCapturePortKnowsNoPage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{})
	for i, route := range r.routes {
		path := example(route.path, row.ID.String())
		req, err := http.NewRequest(route.method, r.captureURL()+path, strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := plain.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != 200 || string(body) != `{"ok":true}` || resp.Header.Get("Content-Security-Policy") != "" {
			t.Errorf("%s %s = %d %.200s, %v", route.method, path, resp.StatusCode, body, err)
		}
		if n := r.count(); n != i+2 {
			t.Fatalf("%s %s: %d deliveries, want %d", route.method, path, n, i+2)
		}
	}
}

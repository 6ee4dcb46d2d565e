package portable_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/portable"
)

// entry is one of a HAR, as others write it.
type entry = map[string]any

func har(t *testing.T, list []entry) []byte {
	t.Helper()
	file, err := json.Marshal(map[string]any{"log": map[string]any{"entries": list}})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// Entries that another program has put into the order of their times are found again as
// well, each of them.
func TestHAROfMixedDeliveriesIsFoundAgain(t *testing.T) {
	t.Parallel()
	from, to := newStore(t), newStore(t)
	fill(t, from)
	list := entries(t, export(t, from, portable.ExportOptions{Format: portable.HAR, Secrets: true, Capture: "http://x"}))
	slices.SortStableFunc(list, func(a, b entry) int {
		k := func(e entry) int { return int(e["_boathook"].(entry)["attempt"].(float64)) }
		return k(a) - k(b)
	})
	file := har(t, list)
	if res := read(t, to, file, portable.ImportOptions{}); res.Imported != 24 || res.Skipped != 0 {
		t.Errorf("%+v, want each of 24 attempts", res)
	}
	if res := read(t, to, file, portable.ImportOptions{}); res.Imported != 0 || res.Skipped != 24 || len(everything(t, to)) != 24 {
		t.Errorf("again: %+v, %d are stored", res, len(everything(t, to)))
	}
}

// What somebody has changed in an exported HAR is what is imported.
func TestEditedHAR(t *testing.T) {
	t.Parallel()
	const request = "POST /in/demo/a HTTP/1.1\r\nHost: x\r\nX-A:  old \r\nContent-Length: 3\r\n\r\nold"
	for name, tt := range map[string]struct {
		edit func(request entry)
		want string
	}{
		"nothing": {func(entry) {}, request},
		"a header": {func(r entry) { r["headers"].([]any)[1].(entry)["value"] = "new" },
			"POST /in/demo/a HTTP/1.1\r\nHost: x\r\nX-A: new\r\nContent-Length: 3\r\n\r\nold"},
		"the method":  {func(r entry) { r["method"] = "PUT" }, "PUT /in/demo/a HTTP/1.1\r\nHost: x\r\nX-A: old\r\nContent-Length: 3\r\n\r\nold"},
		"the address": {func(r entry) { r["url"] = "http://x/b" }, "POST /b HTTP/1.1\r\nHost: x\r\nX-A: old\r\nContent-Length: 3\r\n\r\nold"},
		"what stands before the path": {func(r entry) { r["url"] = "http://x/v2/in/demo/a" },
			"POST /v2/in/demo/a HTTP/1.1\r\nHost: x\r\nX-A: old\r\nContent-Length: 3\r\n\r\nold"},
		"the body": {func(r entry) { r["postData"].(entry)["text"] = "other" },
			"POST /in/demo/a HTTP/1.1\r\nHost: x\r\nX-A: old\r\nContent-Length: 5\r\n\r\nother"},
	} {
		from, to := newStore(t), newStore(t)
		read(t, from, []byte(request), portable.ImportOptions{Format: portable.Raw})
		list := entries(t, export(t, from, portable.ExportOptions{Format: portable.HAR, Secrets: true, Capture: "http://x"}))
		tt.edit(list[0]["request"].(entry))
		if res := read(t, to, har(t, list), portable.ImportOptions{}); res.Imported != 1 {
			t.Fatalf("%s: %+v", name, res)
		}
		if got := export(t, to, portable.ExportOptions{Format: portable.Raw}); string(got) != tt.want {
			t.Errorf("%s is changed:\n%q, want\n%q", name, got, tt.want)
		}
	}
}

// A HAR of others has no ids: it is imported as often as it is given. Spaces around a
// value and the end of an answer are kept.
func TestHAROfOthersTwice(t *testing.T) {
	t.Parallel()
	file := []byte(`{"log":{"entries":[{"request":{"method":"POST","url":"http://x/a","headers":[{"name":"X-A","value":" a  "}],"postData":{"text":"hi\n"}},
		"response":{"status":200,"statusText":"OK","headers":[{"name":"X-B","value":"  b "}],"content":{"text":"yes\n\n"}}}]}}`)
	s := newStore(t)
	for i := range 2 {
		if res := read(t, s, file, portable.ImportOptions{}); res.Imported != 1 || res.Skipped != 0 || len(everything(t, s)) != i+1 {
			t.Errorf("%+v", res)
		}
	}
	v := everything(t, s)[0]
	a := &v.Attempts[0]
	request := string(a.Request.Head) + v.Bodies[a.BodyKey(inspector.Request).String()]
	answer := string(a.Response.Head) + v.Bodies[a.BodyKey(inspector.Response).String()]
	if !strings.Contains(request, "\r\nX-A:  a  \r\n") || !strings.HasSuffix(request, "\r\n\r\nhi\n") {
		t.Errorf("request %q", request)
	}
	if !strings.Contains(answer, "\r\nX-B:   b \r\n") || !strings.HasSuffix(answer, "\r\n\r\nyes\n\n") {
		t.Errorf("answer %q", answer)
	}
}

// A delivery that was mended by a resend is so in the HAR too, and one that was not is not.
func TestHARSaysWhatIsFailed(t *testing.T) {
	t.Parallel()
	from, to := newStore(t), newStore(t)
	fill(t, from)
	all := everything(t, from)
	for i := range all {
		p := inspector.Patch{ID: all[i].Row.ID, Clear: inspector.FlagFailed}
		if i%2 == 0 {
			p = inspector.Patch{ID: all[i].Row.ID, Set: inspector.FlagFailed}
		}
		if _, err := from.Commit(t.Context(), &inspector.Batch{Workspace: ws, Patches: []inspector.Patch{p}}); err != nil {
			t.Fatal(err)
		}
	}
	read(t, to, export(t, from, portable.ExportOptions{Format: portable.HAR, Secrets: true, Capture: "http://x"}), portable.ImportOptions{})
	for i, v := range everything(t, to) {
		if failed := v.Row.Flags&inspector.FlagFailed != 0; v.Row.ID != all[i].Row.ID || failed != (i%2 == 0) || v.Row.Status != 503 {
			t.Errorf("%d: %+v", i, v.Row)
		}
	}
}

// What is left out of an export is left out of the bytes that stand beside the entry.
func TestHARKeepsCredentialsOut(t *testing.T) {
	t.Parallel()
	const request = "POST /in/demo/a?token=perch-pin HTTP/1.1\r\nHost: x\r\nX-A:  odd \r\nAuthorization:  Bearer perch\r\nContent-Length: 0\r\n\r\n"
	s := newStore(t)
	read(t, s, []byte(request), portable.ImportOptions{Format: portable.Raw})
	file := export(t, s, portable.ExportOptions{Format: portable.HAR, Capture: "http://x"})
	if bytes.Contains(file, []byte("perch")) || !bytes.Contains(file, []byte(`X-A:  odd \r\n`)) {
		t.Errorf("%s", file)
	}
}

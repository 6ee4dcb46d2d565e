package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// post sends JSON and reads the answer.
func post[T any](t *testing.T, r *rig, path, body string, status int) (v T) {
	t.Helper()
	a := r.do("POST", "/api/v1"+path, body)
	if a.StatusCode != status {
		t.Fatalf("POST %s %s = %d %s, want %d", path, body, a.StatusCode, a.body, status)
	}
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("POST %s: %v in %s", path, err, a.body)
	}
	return v
}

// total is how many deliveries a filter counts.
func (r *rig) total(q string) int {
	r.t.Helper()
	var v struct {
		Count int `json:"count"`
	}
	a := r.do("GET", "/api/v1/count?q="+strings.ReplaceAll(q, " ", "+"), "")
	if err := json.Unmarshal(a.body, &v); err != nil || a.StatusCode != 200 {
		r.t.Fatalf("count %q = %d %s", q, a.StatusCode, a.body)
	}
	return v.Count
}

func TestTrash(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var rows []inspector.Row
	for i := range 1250 {
		rows = append(rows, r.capture(capture{inbox: []string{"one", "two"}[i%2]}))
	}
	first := post[client.Deletion](t, r, "/trash", `{"q":"inbox:one n:<=1200"}`, 200)
	if first.Deleted != 600 || first.At == "" {
		t.Errorf("deletion %+v, want 600", first)
	}
	second := post[client.Deletion](t, r, "/trash", fmt.Sprintf(`{"ids":[%q,"2","1"]}`, rows[1249].ID), 200)
	if second.Deleted != 2 || second.At <= first.At {
		t.Errorf("second deletion %+v after %+v, want two: one was deleted before", second, first)
	}
	for q, want := range map[string]int{"": 648, "inbox:one": 25, "is:trashed": 602, "is:trashed inbox:two": 2} {
		if n := r.total(q); n != want {
			t.Errorf("%q matches %d, want %d", q, n, want)
		}
	}
	var st client.Status
	if err := json.Unmarshal(r.do("GET", "/api/v1/status", "").body, &st); err != nil || st.Store.Deliveries != 648 || st.Store.Trashed != 602 {
		t.Errorf("status %+v, %v", st.Store, err)
	}
	// One by its own address says where it is.
	var d client.Delivery
	if err := json.Unmarshal(r.do("GET", "/api/v1/deliveries/1", "").body, &d); err != nil || d.Row.Trashed.IsZero() || d.Row.Flags&inspector.FlagTrashed == 0 {
		t.Errorf("what is in the trash is shown as %+v, %v", d.Row, err)
	}
	if a := r.do("DELETE", "/api/v1/deliveries/1", ""); a.StatusCode != 409 {
		t.Errorf("deleting it again = %d %s", a.StatusCode, a.body)
	}
	if v := post[client.Restored](t, r, "/trash/restore", `{"last":true}`, 200); v.Restored != 2 {
		t.Errorf("restored %d, want the two that were deleted last", v.Restored)
	}
	if v := post[client.Restored](t, r, "/trash/restore", `{"q":"n:<=11"}`, 200); v.Restored != 6 {
		t.Errorf("restored %d, want six", v.Restored)
	}
	if v := post[client.Restored](t, r, "/trash/restore", `{"ids":["13","2"]}`, 200); v.Restored != 1 {
		t.Errorf("restored %d, want one", v.Restored)
	}
	if v := post[client.Restored](t, r, "/trash/restore", fmt.Sprintf(`{"at":%q}`, first.At), 200); v.Restored != 593 {
		t.Errorf("restored %d, want the rest of the first deletion", v.Restored)
	}
	if n := r.total(""); n != 1250 {
		t.Errorf("%d deliveries are there, want all", n)
	}
	post[client.Deletion](t, r, "/trash", `{"q":"*"}`, 200)
	if a := r.do("DELETE", "/api/v1/trash", ""); a.StatusCode != 200 || !strings.Contains(string(a.body), `"deleted":1250`) {
		t.Errorf("empty = %d %s", a.StatusCode, a.body)
	}
	if _, err := r.store.Body(t.Context(), inspector.DefaultWorkspace, inspector.BodyKey{Delivery: rows[7].ID}); !errors.Is(err, inspector.ErrNotFound) {
		t.Errorf("a body after the trash was emptied: %v", err)
	}
}

func TestTrashRefuses(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.capture(capture{})
	for _, tt := range []struct {
		path, body string
		status     int
	}{
		{"/trash", `{}`, 400}, {"/trash", `{"ids":["1"],"q":"*"}`, 400}, {"/trash", `{"q":"nosuch:1"}`, 400}, {"/trash", `{"ids":["7"]}`, 404},
		{"/trash", `{"at":"x"}`, 400}, {"/trash/restore", `{}`, 400}, {"/trash/restore", `{"at":"yesterday"}`, 400},
		{"/trash/restore", `{"last":true,"q":"*"}`, 400}, {"/trash/restore", `{"q":"*"}`, 200}, {"/trash", `{"q":" "}`, 400},
	} {
		if a := r.do("POST", "/api/v1"+tt.path, tt.body); a.StatusCode != tt.status {
			t.Errorf("%s %s = %d %s, want %d", tt.path, tt.body, a.StatusCode, a.body, tt.status)
		}
	}
	if n := r.total(""); n != 1 {
		t.Errorf("%d deliveries are left, want one", n)
	}
}

// However many delete and restore at once, every delivery is in one place.
func TestTrashAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 300 {
		r.capture(capture{})
	}
	var wait sync.WaitGroup
	for i := range 6 {
		wait.Go(func() {
			for _, path := range []string{"/trash", "/trash/restore"} {
				if a := r.do("POST", "/api/v1"+path, fmt.Sprintf(`{"q":"n:>%d"}`, 40*i)); a.StatusCode != http.StatusOK {
					t.Errorf("%s = %d %s", path, a.StatusCode, a.body)
				}
			}
		})
	}
	wait.Wait()
	if in, out := r.total("is:trashed"), r.total(""); in != 0 || out != 300 {
		t.Errorf("%d in the trash, %d not, want all restored", in, out)
	}
}

package web

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/boathook/boathook/web/client"
)

func TestRecordings(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for i := range 30 {
		r.capture(capture{inbox: []string{"one", "two", "demo"}[i%3]})
	}
	put := func(path, body string, status int) (v client.Recording) {
		t.Helper()
		a := r.do("PUT", "/api/v1/recordings/"+path, body)
		if a.StatusCode != status {
			t.Fatalf("PUT %s %s = %d %s, want %d", path, body, a.StatusCode, a.body, status)
		}
		if err := json.Unmarshal(a.body, &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, name := range []string{"one", "two"} {
		r.do("POST", "/api/v1/inboxes", `{"name":"`+name+`"}`)
	}
	week := post[client.Recording](t, r, "/recordings", `{"name":"week","note":"before the release","q":"inbox:one","expect":"status:2xx"}`, 201)
	if week.Deliveries != 10 || week.Bytes == 0 || week.First.After(week.Last) || week.Query != `rec:"week"` || week.Note != "before the release" {
		t.Errorf("made %+v", week)
	}
	post[client.Recording](t, r, "/recordings", `{"name":"some","ids":["1","2","3"]}`, 201)
	for path, status := range map[string]int{"week/results": 409, "nobody/results": 404, "week/results?run=r9": 404} {
		if a := r.do("GET", "/api/v1/recordings/"+path, ""); a.StatusCode != status {
			t.Errorf("%s = %d %s, want %d", path, a.StatusCode, a.body, status)
		}
	}
	for body, status := range map[string]int{
		`{"name":"week"}`: 400, `{"name":"a b"}`: 400, `{"name":""}`: 400, `{"name":"x","expect":"nosuch:1"}`: 400,
		`{"name":"x","live":{"inbox":"nobody"}}`: 400, `{"name":"x","ids":["999"]}`: 404, `{"name":"x","ids":["1"],"q":"*"}`: 400,
	} {
		if a := r.do("POST", "/api/v1/recordings", body); a.StatusCode != status {
			t.Errorf("%s = %d %s, want %d", body, a.StatusCode, a.body, status)
		}
	}
	// What only a tag names is a recording too, and all that is in the trash is in none.
	post[client.Marked](t, r, "/deliveries/marks", `{"ids":["4","5"],"add_tags":["rec=tagged"]}`, 200)
	post[client.Deletion](t, r, "/trash", `{"ids":["5","1"]}`, 200)
	var all client.Recordings
	if err := json.Unmarshal(r.do("GET", "/api/v1/recordings", "").body, &all); err != nil {
		t.Fatalf("recordings %+v, %v", all, err)
	}
	var got []string
	for _, one := range all.Recordings {
		got = append(got, one.Name)
	}
	if strings.Join(got, " ") != "some tagged week" || all.Recordings[0].Deliveries != 2 || all.Recordings[1].Deliveries != 1 || all.Recordings[2].Deliveries != 9 {
		t.Errorf("recordings %+v", all.Recordings)
	}
	// Recording now: what arrives at the inbox from here on, until it is stopped.
	on := put("tagged", `{"note":"","expect":"","live":{"inbox":"two"}}`, 200)
	if on.Live == nil || on.Live.Since.IsZero() || on.Rev == 0 {
		t.Errorf("recording now: %+v", on)
	}
	stopped := put("tagged", `{"rev":`+num(on.Rev)+`,"note":"","expect":"","live":null}`, 200)
	if stopped.Deliveries != 1 || stopped.Live != nil {
		t.Errorf("stopped: %+v", stopped)
	}
	put("tagged", `{"rev":`+num(on.Rev)+`,"note":"x","expect":""}`, 409)
	// Renamed, the deliveries go with it, those in the trash too.
	renamed := put("tagged", `{"name":"kept","rev":`+num(stopped.Rev)+`,"note":"two at once","expect":""}`, 200)
	if renamed.Name != "kept" || renamed.Deliveries != 1 || renamed.Note != "two at once" {
		t.Errorf("renamed: %+v", renamed)
	}
	put("kept", `{"name":"week","rev":`+num(renamed.Rev)+`,"note":"","expect":""}`, 400)
	if n := r.total("rec:kept is:trashed"); n != 1 {
		t.Errorf("%d of it are in the trash, want one", n)
	}
	if n := r.total("rec:tagged"); n != 0 {
		t.Errorf("%d have the old name", n)
	}
	// Deleted, its deliveries are in the trash, or stay without the name.
	del := func(path string) (d client.Deletion) {
		t.Helper()
		a := r.do("DELETE", "/api/v1/recordings/"+path, "")
		if err := json.Unmarshal(a.body, &d); err != nil || a.StatusCode != 200 {
			t.Fatalf("DELETE %s = %d %s", path, a.StatusCode, a.body)
		}
		return d
	}
	// What another recording holds too stays, and only loses the name.
	if v := post[client.Marked](t, r, "/deliveries/marks", `{"ids":["4","4","7"],"add_tags":["rec=both"]}`, 200); v.Marked != 2 || v.Changed != 2 {
		t.Errorf("%+v, want two", v)
	}
	if v := post[client.Marked](t, r, "/deliveries/marks", `{"ids":["7","10"],"add_tags":["rec=both"]}`, 200); v.Marked != 2 || v.Changed != 1 {
		t.Errorf("%+v, want one of two that was not in it", v)
	}
	post[client.Marked](t, r, "/deliveries/marks", `{"q":"rec:both","add_tags":["rec=third"]}`, 200)
	post[client.Marked](t, r, "/deliveries/marks", `{"ids":["13"],"add_tags":["rec=third"]}`, 200)
	before := r.total("")
	if d := del("third"); d.Deleted != 0 || len(d.Kept) != 4 || r.total("") != before || r.total("rec:third") != 0 || r.total("rec:both rec:week") != 3 {
		t.Errorf("deleted %+v, %d left of %d", d, r.total(""), before)
	}
	del("both?keep=true")
	before = r.total("")
	if d := del("week"); d.Deleted != 8 || len(d.Kept) != 1 || d.At == "" || r.total("") != before-8 {
		t.Errorf("deleted %+v, %d left of %d", d, r.total(""), before)
	}
	before = r.total("")
	if d := del("kept?keep=true"); d.Deleted != 0 || r.total("") != before || r.total("rec:kept") != 0 {
		t.Errorf("dissolved %+v, %d left of %d", d, r.total(""), before)
	}
	if a := r.do("GET", "/api/v1/recordings/kept", ""); a.StatusCode != 404 {
		t.Errorf("GET what was deleted = %d", a.StatusCode)
	}
}

func num(n uint64) string {
	text, _ := json.Marshal(n)
	return string(text)
}

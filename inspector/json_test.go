package inspector_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

func TestRowJSONReadsBack(t *testing.T) {
	t.Parallel()
	full := inspector.Row{
		ID: newID(t), N: 12408, At: time.Date(2026, 11, 22, 0, 38, 24, 123456000, time.UTC), Dir: inspector.Out,
		Flags: inspector.FlagFailed | inspector.FlagForwarded, Verdict: inspector.Stale,
		Provider: "svix", Event: "contact.created", EventID: "msg_1", Inbox: "demo", Endpoint: "crm", Channel: "c",
		Scheme: "standard", Cause: "body altered", Run: "r1", Tags: []string{"a", "b"},
		Method: "POST", Target: "/in/demo?x=<1>", Host: "localhost", Source: "127.0.0.1",
		Status: 503, Failure: "timeout", Duration: 1234567 * time.Microsecond, Size: 1 << 40, RespSize: 7, Tries: 2, MaxTries: 8,
	}
	for _, tt := range []struct {
		name string
		row  inspector.Row
	}{
		{"every column", full},
		{"a duration that no binary fraction meets", inspector.Row{ID: full.ID, At: full.At, Duration: 1001 * time.Microsecond}},
		{"as little as there is", inspector.Row{ID: full.ID, At: full.At, Dir: inspector.In}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			data, err := json.Marshal(tt.row)
			if err != nil {
				t.Fatal(err)
			}
			var got inspector.Row
			if err := json.Unmarshal(data, &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.row) {
				t.Errorf("read back %+v\nwant      %+v", got, tt.row)
			}
		})
	}
}

func TestRowJSONForm(t *testing.T) {
	t.Parallel()
	id, err := inspector.ParseID("019d2f3a-1b2c-7d4e-8f90-a1b2c3d4e5f6")
	if err != nil {
		t.Fatal(err)
	}
	row := inspector.Row{
		ID: id, N: 3, At: time.Date(2026, 3, 1, 13, 0, 0, 0, time.FixedZone("CET", 3600)), Dir: inspector.In,
		Method: "POST", Target: "/a\xff", Status: 200, Duration: 1500 * time.Microsecond, Flags: inspector.FlagPing,
	}
	const want = `{"id":"019d2f3a-1b2c-7d4e-8f90-a1b2c3d4e5f6","n":3,"at":"2026-03-01T12:00:00.000000Z","dir":"in",` +
		`"event":"","provider":"","status":200,"failure":"","verdict":"","cause":"","scheme":"","method":"POST",` +
		`"target":"/a` + "\uFFFD" + `","host":"","source":"","duration_ms":1.5,"size":0,"response_size":0,"tries":0,"flags":["ping"]}`
	if got, err := json.Marshal(row); err != nil || string(got) != want {
		t.Errorf("%s, %v\nwant %s", got, err, want)
	}
}

func TestRowJSONRefusesWhatIsNoRow(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{`, `[]`, `{"id":"x","at":"2026-03-01T12:00:00Z"}`,
		`{"id":"019d2f3a-1b2c-7d4e-8f90-a1b2c3d4e5f6","at":"yesterday"}`,
	} {
		var row inspector.Row
		if err := json.Unmarshal([]byte(text), &row); err == nil {
			t.Errorf("%s was read as a row", text)
		}
	}
}

func TestFlagNames(t *testing.T) {
	t.Parallel()
	var all inspector.Flags
	for name, f := range inspector.FlagNames {
		if all&f != 0 || f&(f-1) != 0 {
			t.Errorf("%s shares a bit", name)
		}
		all |= f
		if got := f.Names(); !slices.Equal(got, []string{name}) {
			t.Errorf("Names of %s = %q", name, got)
		}
	}
	if got := all.Names(); len(got) != len(inspector.FlagNames) {
		t.Errorf("Names of all flags: %d, want %d", len(got), len(inspector.FlagNames))
	}
	if got := (inspector.Flags(1) << 31).Names(); got != nil {
		t.Errorf("Names of an unknown flag = %q, want none", got)
	}
}

package storetest

import (
	"bytes"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/boathook/boathook/inspector"
)

func (x *suite) put(s inspector.Store, puts ...inspector.ConfigPut) inspector.Result {
	x.Helper()
	return x.commitTo(s, &inspector.Batch{Workspace: ws, Config: puts})
}

func (x *suite) config(s inspector.Store, prefix string) []inspector.ConfigEntry {
	x.Helper()
	list, err := s.Config(x.Context(), ws, prefix)
	if err != nil {
		x.Fatalf("Config: %v", err)
	}
	return list
}

func testConfig(t *testing.T, open Open) {
	hs := open(t, 2)
	x := start(t, hs[0])
	value := []byte("\x00\xff{\"b\":1}")
	rev := x.put(hs[0], inspector.ConfigPut{Key: "inbox/demo", Value: value}).Revs["inbox/demo"]
	got := x.config(hs[1], "inbox/demo")
	if rev == 0 || len(got) != 1 || got[0].Rev != rev || !bytes.Equal(got[0].Value, value) || got[0].Key != "inbox/demo" {
		t.Fatalf("wrote revision %d, read %+v", rev, got)
	}
	for _, want := range []uint64{0, rev + 1, rev + 100} {
		b := x.batch("the rest of the batch is stored")
		b.Config = []inspector.ConfigPut{{Key: "new", Value: []byte("x")}, {Key: "inbox/demo", Want: want, Value: []byte("y")}}
		res := x.commit(b)
		if !slices.Equal(res.Conflicts, []string{"inbox/demo"}) || len(res.Revs) != 0 || res.Numbers[b.Deliveries[0].ID] == 0 {
			t.Errorf("with revision %d: %+v, want a conflict and a number", want, res)
		}
	}
	if got := x.config(hs[0], ""); len(got) != 1 || !bytes.Equal(got[0].Value, value) {
		t.Errorf("after conflicts the entries are %+v", got)
	}
	next := x.put(hs[1], inspector.ConfigPut{Key: "inbox/demo", Want: rev, Value: []byte{}}).Revs["inbox/demo"]
	if got := x.config(hs[0], "inbox/"); next <= rev || len(got) != 1 || got[0].Rev != next || len(got[0].Value) != 0 {
		t.Errorf("revision %d after %d, entries %+v; want an empty value", next, rev, got)
	}
	// Deleted, it is gone; made anew, its revision has grown, so nobody takes it for the old one.
	if res := x.put(hs[0], inspector.ConfigPut{Key: "inbox/demo", Want: rev}); len(res.Conflicts) != 1 {
		t.Errorf("deleting an old revision: %+v", res)
	}
	if res := x.put(hs[0], inspector.ConfigPut{Key: "inbox/demo", Want: next}); len(res.Conflicts) != 0 {
		t.Errorf("deleting: %+v", res)
	}
	if got := x.config(hs[1], ""); len(got) != 0 {
		t.Errorf("entries after the deletion: %+v", got)
	}
	if again := x.put(hs[0], inspector.ConfigPut{Key: "inbox/demo", Value: []byte("z")}).Revs["inbox/demo"]; again <= next {
		t.Errorf("made anew it has revision %d, want above %d", again, next)
	}
	x.put(hs[0], inspector.ConfigPut{Key: "inbox/b", Value: []byte("1")}, inspector.ConfigPut{Key: "inbox/a", Value: []byte("1")},
		inspector.ConfigPut{Key: "inboy", Value: []byte("1")}, inspector.ConfigPut{Key: "inbox", Value: []byte("1")})
	var keys []string
	for _, e := range x.config(hs[1], "inbox/") {
		keys = append(keys, e.Key)
	}
	if !slices.Equal(keys, []string{"inbox/a", "inbox/b", "inbox/demo"}) {
		t.Errorf("keys with the prefix: %q", keys)
	}
}

func testConfigWriters(t *testing.T, open Open) {
	const writers, each = 8, 12
	hs := open(t, 2)
	x := start(t, hs[0])
	x.put(hs[0], inspector.ConfigPut{Key: "n", Value: []byte("0")})
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			s := hs[w%2]
			for done := 0; done < each; {
				e := x.config(s, "n")[0]
				n, err := strconv.Atoi(string(e.Value))
				if err != nil {
					t.Error(err)
					return
				}
				res := x.put(s, inspector.ConfigPut{Key: "n", Want: e.Rev, Value: []byte(strconv.Itoa(n + 1))})
				if len(res.Conflicts) == 0 {
					done++
				}
			}
		})
	}
	wg.Wait()
	if got := x.config(hs[1], "n"); string(got[0].Value) != strconv.Itoa(writers*each) {
		t.Errorf("counted to %s, want %d", got[0].Value, writers*each)
	}
}

package badgerstore

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// The index has the work that there is and nothing else, whatever happened between
// two flushes and between two starts.
func TestIndexFollowsWork(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(4, 2))
	have := map[string]bool{}
	s := openTest(t, dir)
	for step := range 400 {
		id := fmt.Sprint("w", r.IntN(12))
		b := &inspector.Batch{Workspace: ws}
		work, err := s.Work(t.Context(), ws, id)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case len(work) == 0:
			b.Schedule = []inspector.Due{{ID: id, RunAt: start}}
			have[id] = true
		case r.IntN(3) == 0:
			b.Finish = []inspector.Finish{{ID: id, Token: work[0].Token, Next: start.Add(time.Hour)}}
		default:
			b.Finish = []inspector.Finish{{ID: id, Token: work[0].Token}}
			delete(have, id)
		}
		commit(t, s, b)
		switch r.IntN(12) {
		case 0, 1:
			if err := s.flush(); err != nil {
				t.Fatal(err)
			}
		case 2:
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openTest(t, dir)
		default:
			continue
		}
		if err := s.flush(); err != nil {
			t.Fatal(err)
		}
		indexed := 0
		err = s.index.each(spaceKey(keyWork, ws), func(_, value []byte) error {
			d := &decoder{b: value}
			d.uvarint()
			if w := d.work(d.byte()); !have[w.ID] {
				t.Errorf("step %d: the index has %s, which is over", step, w.ID)
			}
			indexed++
			return nil
		})
		if err != nil || indexed != len(have) {
			t.Fatalf("step %d: the index has %d pieces of work, there are %d; %v", step, indexed, len(have), err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

package portable_test

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/portable"
)

// opening is a store that counts how many bodies are open.
type opening struct {
	inspector.Store
	open, most atomic.Int64
}

type openedBody struct {
	inspector.Body
	s *opening
}

func (s *opening) Body(ctx context.Context, ws inspector.Workspace, key inspector.BodyKey) (inspector.Body, error) {
	b, err := s.Store.Body(ctx, ws, key)
	if err != nil {
		return nil, err
	}
	s.most.Store(max(s.most.Load(), s.open.Add(1)))
	return openedBody{b, s}, nil
}

func (b openedBody) Close() error {
	b.s.open.Add(-1)
	return b.Body.Close()
}

// A delivery of many attempts is exported whole, and few of its bodies are open at once.
func TestFewBodiesAreHeld(t *testing.T) {
	t.Parallel()
	const attempts = 300
	from, to := &opening{Store: newStore(t)}, newStore(t)
	id, err := inspector.NewIDs(inspector.ID{}).New(testTime)
	if err != nil {
		t.Fatal(err)
	}
	b := &inspector.Batch{Workspace: ws, Deliveries: []inspector.Row{{ID: id, At: testTime, Dir: inspector.Out, Method: "POST", Target: "/x", Verdict: inspector.Unchecked}}}
	for k := range attempts {
		answer := fmt.Appendf(nil, "answer %d", k)
		a := inspector.Attempt{
			Delivery: id, K: k, Started: testTime,
			Request:  inspector.Message{Head: []byte("POST /x HTTP/1.1\r\nHost: h\r\n\r\n")},
			Response: inspector.Message{Head: []byte("HTTP/1.1 200 OK\r\n\r\n"), Size: int64(len(answer)), Wanted: -1},
		}
		b.Attempts = append(b.Attempts, a)
		b.Chunks = append(b.Chunks, inspector.Chunk{Body: a.BodyKey(inspector.Response), Data: answer})
	}
	if _, err := from.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := portable.Export(t.Context(), &file, from, ws, nil, portable.ExportOptions{Format: portable.JSONL}); err != nil {
		t.Fatal(err)
	}
	if most, open := from.most.Load(), from.open.Load(); most > 70 || open != 0 {
		t.Errorf("%d bodies were open at once, %d are left open", most, open)
	}
	read(t, to, file.Bytes(), portable.ImportOptions{})
	all := everything(t, to)
	if len(all) != 1 || len(all[0].Attempts) != attempts || len(all[0].Bodies) != attempts {
		t.Errorf("%d deliveries came back", len(all))
	}
}

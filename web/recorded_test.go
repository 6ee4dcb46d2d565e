package web

import (
	"bytes"
	"compress/gzip"
	"testing"

	"github.com/boathook/boathook/inspector"
)

// Bodies that grow when they are decoded count as they are then, and one that cannot
// be decoded does not keep the others from being looked at.
func TestRecordedBodiesAreBounded(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	w.Write(append([]byte(`{"a":"`), bytes.Repeat([]byte("a"), 7<<20)...)) //nolint:errcheck // memory
	w.Write([]byte(`"}`))                                                  //nolint:errcheck // memory
	w.Close()
	const head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n\r\n"
	encoded := func(body string) {
		row := r.capture(capture{head: head, body: body})
		_, err := r.store.Commit(t.Context(), &inspector.Batch{
			Workspace: inspector.DefaultWorkspace, Patches: []inspector.Patch{{ID: row.ID, Set: inspector.FlagEncoded}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	const bombs = 15
	for range bombs {
		encoded(zipped.String())
	}
	encoded("no gzip")
	count, size := 0, 0
	for rec, err := range r.recorded(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		count++
		size += len(rec.Body)
	}
	if count == 0 || count == bombs || size > maxRecordedBytes {
		t.Errorf("%d bodies of %d bytes in all, the limit is %d bytes", count, size, maxRecordedBytes)
	}
}

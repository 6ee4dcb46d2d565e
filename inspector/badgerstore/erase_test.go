package badgerstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/s2"

	"github.com/boathook/boathook/inspector"
)

// hits lists the files below dir that hold the text, as it is or in a packed block.
func hits(t *testing.T, dir, text string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(text)) || packs(data, text) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// inIndex reports whether a file is one of the index.
func inIndex(path string) bool { return filepath.Base(filepath.Dir(filepath.Dir(path))) == "index" }

// packs reports whether a file holds the text in a packed block. Wherever one may begin it
// is unpacked, whatever follows it.
func packs(file []byte, text string) bool {
	begin := binary.LittleEndian.AppendUint16(nil, packed)
	var plain []byte
	for at := 0; ; at++ {
		next := bytes.Index(file[at:], begin)
		if next < 0 {
			return false
		}
		at += next
		block := file[at+len(begin):]
		n, err := s2.DecodedLen(block)
		if err != nil || n > keepBlock {
			continue
		}
		plain = slices.Grow(plain[:0], n)[:n]
		clear(plain)
		_, _ = s2.Decode(plain, block[:min(len(block), s2.MaxEncodedLen(n))]) // its end is not known
		if bytes.Contains(plain, []byte(text)) {
			return true
		}
	}
}

// Text in a packed block is found wherever the block stands, also text of which the
// pieces lie apart.
func TestPacksIsFound(t *testing.T) {
	t.Parallel()
	b, w := newBlock(3), &blockWriter{}
	for i, target := range []string{"canary-7", "-7f3a9b-canary", "canary-7f3a9b"} {
		b.entries[i] = entry{state: live, row: inspector.Row{Target: target}}
	}
	w.copy(b)
	data := w.pack()
	if binary.LittleEndian.Uint16(data) != packed || bytes.Contains(data, []byte("canary-7f3a9b")) {
		t.Fatal("the block has the text as it is")
	}
	file := slices.Concat([]byte{0xff, 1, 2}, data, []byte("what follows"))
	if !packs(file, "canary-7f3a9b") || packs(file, "canary-8") {
		t.Error("not found, or something else")
	}
}

// What was erased is in no file any more.
func TestErasedBytesAreGone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	defer closeTest(t, s)
	m := newMaker(4)
	const canary = "canary-7f3a9b"
	erase := &inspector.Batch{Workspace: ws}
	for i := range 40 {
		b := &inspector.Batch{}
		for range 50 {
			m.add(b, 500)
		}
		secret := m.add(b, 0)
		row, a := &b.Deliveries[len(b.Deliveries)-1], &b.Attempts[len(b.Attempts)-1]
		row.Target, row.Host, row.EventID, row.Tags = "/in/"+canary, canary+".test", canary, []string{canary}
		a.Request.Head = []byte("POST /in/" + canary + " HTTP/1.1\r\nX-Key: " + canary + "\r\n\r\n")
		body := []byte(strings.Repeat(canary+" ", 1+i*1000))
		for seq := 0; seq*inspector.ChunkBytes < len(body); seq++ {
			part := body[seq*inspector.ChunkBytes:]
			b.Chunks = append(b.Chunks, inspector.Chunk{Body: inspector.BodyKey{Delivery: secret}, Seq: seq, Data: part[:min(len(part), inspector.ChunkBytes)]})
		}
		b.Patches = append(b.Patches, inspector.Patch{ID: secret, Verdict: &inspector.VerdictPatch{Verdict: inspector.Invalid, Cause: canary}})
		commit(t, s, b)
		commit(t, s, &inspector.Batch{Workspace: ws, Patches: []inspector.Patch{{ID: secret, AddTags: []string{canary + "2"}}}})
		erase.Erase = append(erase.Erase, secret)
		if i%10 == 5 {
			if err := s.flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !slices.ContainsFunc(hits(t, dir, canary), inIndex) {
		t.Fatal("the canary was never stored in the index")
	}
	commit(t, s, erase)
	if _, err := s.Sweep(t.Context(), ws, start, inspector.Policy{}); err != nil {
		t.Fatal(err)
	}
	if files := hits(t, dir, canary); len(files) > 0 {
		t.Errorf("erased text is still in %v", files)
	}
	for _, id := range erase.Erase {
		if _, err := s.Get(t.Context(), ws, id); !errors.Is(err, inspector.ErrNotFound) {
			t.Errorf("Get of an erased delivery = %v", err)
		}
	}
	if rows := listAll(t, s, ""); len(rows) != 2000 {
		t.Errorf("%d deliveries are left, want 2000", len(rows))
	}
	report, err := s.Check(t.Context())
	if err != nil || !report.Sound() || report.Deliveries != 2000 {
		t.Errorf("Check = %+v, %v", report, err)
	}
}

// An erasure whose wiping a crash cut short is finished at the next start.
func TestWipeIsFinished(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	defer closeTest(t, s)
	m := newMaker(5)
	const canary = "canary-51c0de"
	b := &inspector.Batch{}
	id := m.add(b, 10)
	b.Attempts[0].Target = canary
	commit(t, s, b)
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	s.wiping.Lock() // the background cannot wipe
	commit(t, s, &inspector.Batch{Workspace: ws, Erase: []inspector.ID{id}})
	for _, skip := range [][]string{nil, {"index"}} {
		again := t.TempDir()
		copyStore(t, dir, again, skip...)
		c := openTest(t, again)
		if _, err := c.Sweep(t.Context(), ws, start, inspector.Policy{}); err != nil {
			t.Fatal(err)
		}
		if files := hits(t, again, canary); len(files) > 0 {
			t.Errorf("without %v, erased text is still in %v", skip, files)
		}
		if st, _ := c.Stats(t.Context(), ws); len(st.Losses) > 0 || st.Deliveries != 0 {
			t.Errorf("Stats %+v", st)
		}
		closeTest(t, c)
	}
	s.wiping.Unlock()
}

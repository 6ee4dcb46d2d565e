package journal

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// counting is a file system that counts reads.
type counting struct {
	OS
	reads atomic.Int64
}

func (c *counting) Open(path string, create bool) (File, error) {
	f, err := c.OS.Open(path, create)
	return &countingFile{f, c}, err
}

type countingFile struct {
	File
	c *counting
}

func (f *countingFile) ReadAt(p []byte, off int64) (int, error) {
	f.c.reads.Add(1)
	return f.File.ReadAt(p, off)
}

// A reader that reads ahead finds the same in any order of the records, and seldom
// asks the disk in the order of their positions and in the reverse of it.
func TestAheadReadsBothWays(t *testing.T) {
	t.Parallel()
	files := &counting{}
	j, err := Open(t.TempDir(), [16]byte{1}, Options{Files: files, SegmentBytes: 256 << 10})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	var placed []Placed
	var texts []string
	for from := 0; from < 400; from += 20 {
		var b Batch
		for i := from; i < from+20; i++ {
			text := strings.Repeat(string(rune('a'+i%26)), 1+i*37%3000)
			if i%50 == 0 {
				text = strings.Repeat("long", 5000) // more than is read at once for small ones
			}
			put(&b, 1, uint64(i), text)
			texts = append(texts, text)
		}
		p, err := j.Append(uint64(from+1), &b)
		if err != nil {
			t.Fatal(err)
		}
		placed = append(placed, p...)
	}
	order := make([]int, len(placed))
	for i := range order {
		order[i] = i
	}
	for _, way := range []string{"up", "down", "any"} {
		switch way {
		case "down":
			slices.Reverse(order)
		case "any":
			rand.Shuffle(len(order), func(i, k int) { order[i], order[k] = order[k], order[i] })
		}
		r := j.Reader()
		r.Ahead()
		before := files.reads.Load()
		var buf []byte
		for _, i := range order {
			var rec Record
			if rec, buf, err = r.Read(placed[i], buf); err != nil || string(rec.Data) != texts[i] {
				t.Fatalf("%s: record %d is %.20q of %d bytes, %v; want %.20q of %d", way, i, rec.Data, len(rec.Data), err, texts[i], len(texts[i]))
			}
		}
		r.Close()
		if n := files.reads.Load() - before; way != "any" && n > 80 {
			t.Errorf("%s: %d reads of the disk for %d records", way, n, len(order))
		}
	}
}

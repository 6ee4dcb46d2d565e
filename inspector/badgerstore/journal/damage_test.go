package journal

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// fill writes batches of three records and returns where they are.
func fill(t *testing.T, dir string, opt Options, batches int) (placed [][]Placed) {
	t.Helper()
	j, err := Open(dir, [16]byte{1}, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	for seq := range batches {
		var b Batch
		for i := range 3 {
			put(&b, 1, uint64(seq*3+i+1), fmt.Sprintf("record %d of batch %d %s", i, seq, bytes.Repeat([]byte("x"), seq%40)))
		}
		p, err := j.Append(uint64(seq+1), &b)
		if err != nil {
			t.Fatal(err)
		}
		placed = append(placed, p)
	}
	return placed
}

type reading struct {
	seen   map[uint64]bool // running numbers
	damage []Damage
	torn   int64
}

func readBack(t *testing.T, dir string) reading {
	t.Helper()
	j, err := Open(dir, [16]byte{1}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	r := reading{seen: map[uint64]bool{}}
	if r.torn, err = j.Recover(); err != nil {
		t.Fatal(err)
	}
	err = j.Walk(0, func(rec Record) error {
		r.seen[rec.N] = true
		return nil
	}, func(d Damage) { r.damage = append(r.damage, d) })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A flipped bit anywhere costs one record at most, and never goes unnoticed.
func TestFlippedBits(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fill(t, dir, Options{}, 12)
	path := filepath.Join(dir, segmentName(1))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for off := headBytes; off < len(data); off++ {
		flipped := bytes.Clone(data)
		flipped[off] ^= 1 << (off % 8)
		if err := os.WriteFile(path, flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		r := readBack(t, dir)
		if r.torn != 0 {
			t.Fatalf("bit at %d: %d bytes were cut off", off, r.torn)
		}
		missing := 36 - len(r.seen)
		if missing > 1 || missing == 1 && len(r.damage) == 0 {
			t.Fatalf("bit at %d: %d records are missing, damage %v", off, missing, r.damage)
		}
		if missing == 0 && len(r.damage) > 0 {
			t.Fatalf("bit at %d: damage %v, but nothing is missing", off, r.damage)
		}
		// What is in no record is the padding, which says nothing.
		if missing == 0 && flipped[off] != 1<<(off%8) {
			t.Fatalf("bit at %d was not noticed", off)
		}
	}
}

// A batch whose writing was cut short was never there; all before it is.
func TestTornTails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	placed := fill(t, dir, Options{}, 6)
	path := filepath.Join(dir, segmentName(1))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	last := int(placed[5][0].Pos.Offset())
	for size := last; size <= len(data); size++ {
		for _, zeros := range []int{0, 4096} {
			torn := append(bytes.Clone(data[:size]), make([]byte, zeros)...)
			if err := os.WriteFile(path, torn, 0o600); err != nil {
				t.Fatal(err)
			}
			r := readBack(t, dir)
			want := 15
			if size == len(data) {
				want = 18
			}
			if zeros > 0 && len(r.seen) >= want || len(r.seen) == want {
				continue
			}
			t.Fatalf("cut to %d with %d zeros: %d records, want %d, damage %v", size, zeros, len(r.seen), want, r.damage)
		}
	}
	if err := os.WriteFile(path, data[:last+50], 0o600); err != nil {
		t.Fatal(err)
	}
	readBack(t, dir)
	if r := readBack(t, dir); r.torn != 0 || len(r.damage) != 0 {
		t.Errorf("a second start finds %+v", r)
	}
}

// Records of another place or another journal are not taken for ours.
func TestForeignRecords(t *testing.T) {
	t.Parallel()
	other, dir := t.TempDir(), t.TempDir()
	fill(t, other, Options{}, 3)
	foreign, err := os.ReadFile(filepath.Join(other, segmentName(1)))
	if err != nil {
		t.Fatal(err)
	}
	j, err := Open(dir, [16]byte{1}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b Batch
	put(&b, 1, 1, "before")
	put(&b, 1, 2, string(foreign))
	put(&b, 1, 3, "after")
	placed, err := j.Append(1, &b)
	if err != nil {
		t.Fatal(err)
	}
	j.Close()
	path := filepath.Join(dir, segmentName(1))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[placed[1].Pos.Offset()] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	r := readBack(t, dir)
	if len(r.seen) != 2 || !r.seen[1] || !r.seen[3] {
		t.Errorf("read %v, want the two records beside the damage", r.seen)
	}
}

func TestWipeAndDrop(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	placed := fill(t, dir, Options{SegmentBytes: 1000}, 40)
	j, err := Open(dir, [16]byte{1}, Options{SegmentBytes: 1000})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	r := j.Reader()
	defer r.Close()
	if err := j.Wipe([]Placed{placed[3][1], placed[20][0], placed[20][0]}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		at   Placed
		want error
	}{{placed[3][1], ErrWiped}, {placed[20][0], ErrWiped}, {placed[3][0], nil}, {placed[39][2], nil}} {
		if _, _, err := r.Read(tt.at, nil); err != tt.want && !isErr(err, tt.want) {
			t.Errorf("Read(%v) = %v, want %v", tt.at, err, tt.want)
		}
	}
	keep := placed[30][0].Pos.Segment()
	if _, err := j.Drop(keep); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Read(placed[3][0], nil); err != nil {
		t.Errorf("a reader that holds the segment = %v", err)
	}
	if _, _, err := j.Reader().Read(placed[3][0], nil); !isErr(err, ErrDropped) {
		t.Errorf("Read of a dropped record = %v, want ErrDropped", err)
	}
	if got := readBack(t, dir); len(got.damage) > 0 || got.seen[1] || !got.seen[120] {
		t.Errorf("read back %+v", got)
	}
}

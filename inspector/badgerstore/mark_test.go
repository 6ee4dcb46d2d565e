package badgerstore

import (
	"os"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// A mark is there for whoever opens the store after its process, unless the machine
// was started anew between them.
func TestMark(t *testing.T) {
	t.Parallel()
	if kernelBoot() == unknownBoot {
		t.Skip("this system does not name its start")
	}
	dir := t.TempDir()
	s := &Store{dir: dir}
	want := func(id inspector.ID, known bool) {
		t.Helper()
		next := &Store{dir: dir}
		if got, ok, err := next.ReadMark("r1"); got != id || ok != known || err != nil {
			t.Errorf("%v, %v, %v; want %v, %v", got, ok, err, id, known)
		}
	}
	want(inspector.ID{}, false)
	m, err := s.OpenMark("r1")
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	want(inspector.ID{}, true)
	ids := inspector.NewIDs(inspector.ID{})
	for range 3 {
		id, err := ids.New(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Set(id); err != nil {
			t.Fatal(err)
		}
		want(id, true)
	}
	text, err := os.ReadFile(s.markPath("r1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range [][]byte{append(text[:markHead:markHead], "another start"...), text[:5], text[markIDs:], nil} {
		if err := os.WriteFile(s.markPath("r1"), other, 0o600); err != nil {
			t.Fatal(err)
		}
		want(inspector.ID{}, false)
	}
	for range 2 {
		if err := s.DropMark("r1"); err != nil {
			t.Fatal(err)
		}
	}
	want(inspector.ID{}, false)
}

// A mark whose file lost its place on the disk is an error, not the end of the process.
func TestMarkOfAFileThatIsCut(t *testing.T) {
	t.Parallel()
	if kernelBoot() == unknownBoot {
		t.Skip("this system does not name its start")
	}
	s := &Store{dir: t.TempDir()}
	m, err := s.OpenMark("r1")
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if err := os.Truncate(s.markPath("r1"), 0); err != nil {
		t.Fatal(err)
	}
	if err := m.Set(inspector.ID{1}); err == nil {
		t.Error("no error")
	}
}

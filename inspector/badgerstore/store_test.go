package badgerstore

import (
	"errors"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/storetest"
)

// testOptions keep tests fast and independent of the machine's free space.
func testOptions() Options { return Options{SegmentBytes: 1 << 20, MinFreeBytes: 1 << 20} }

func openTest(t testing.TB, dir string) *Store {
	t.Helper()
	opt := testOptions()
	opt.Log = t.Logf
	s, err := Open(dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closeTest(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil && !errors.Is(err, inspector.ErrClosed) {
		t.Errorf("Close: %v", err)
	}
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, n int) []inspector.Store {
		opt := testOptions()
		opt.Durability = Process
		s, err := Open(t.TempDir(), opt)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { closeTest(t, s) })
		handles := make([]inspector.Store, n)
		for i := range handles {
			handles[i] = s
		}
		return handles
	})
}

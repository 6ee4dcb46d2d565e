package memstore_test

import (
	"errors"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/inspector/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, n int) []inspector.Store {
		first := memstore.New()
		handles := []inspector.Store{first}
		for len(handles) < n {
			handles = append(handles, first.Handle())
		}
		t.Cleanup(func() {
			for _, s := range handles {
				if err := s.Close(); err != nil && !errors.Is(err, inspector.ErrClosed) {
					t.Errorf("Close: %v", err)
				}
			}
		})
		return handles
	})
}

package instance

import (
	"sync"
	"testing"
	"time"
)

// A socket that is being opened and the server that answers it set deadlines of
// one connection side by side. The race detector judges.
func TestMemoryDeadlines(t *testing.T) {
	t.Parallel()
	m := NewMemory()
	defer m.Close()
	go func() {
		if c, err := m.DialContext(t.Context(), "", ""); err == nil {
			defer c.Close()
			<-t.Context().Done()
		}
	}()
	c, err := m.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				_ = c.SetDeadline(time.Time{})
				_ = c.SetWriteDeadline(time.Now().Add(time.Minute))
				_ = c.SetReadDeadline(time.Now().Add(time.Minute))
			}
		})
	}
	wg.Wait()
}

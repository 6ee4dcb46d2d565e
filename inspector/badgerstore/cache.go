package badgerstore

import (
	"fmt"
	"sync"

	"github.com/boathook/boathook/inspector"
)

// viewCache keeps the stored blocks that were read last.
type viewCache struct {
	mu   sync.Mutex
	list []cached // the newest is the last
}

type cached struct {
	ws      inspector.Workspace
	no      uint64
	version uint8
	view    *view
}

const cachedViews = 24

func (c *viewCache) get(ws inspector.Workspace, no uint64, version uint8) *view {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(c.list) - 1; i >= 0; i-- {
		if e := c.list[i]; e.no == no && e.version == version && e.ws == ws {
			return e.view
		}
	}
	return nil
}

func (c *viewCache) put(e cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.list) == cachedViews {
		copy(c.list, c.list[1:])
		c.list = c.list[:cachedViews-1]
	}
	c.list = append(c.list, e)
}

// drop forgets a block whose number may be given to another version again.
func (c *viewCache) drop(ws inspector.Workspace, no uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := c.list[:0]
	for _, e := range c.list {
		if e.no != no || e.ws != ws {
			kept = append(kept, e)
		}
	}
	clear(c.list[len(kept):])
	c.list = kept
}

// stored reads a block from the index.
func (s *Store) stored(ws inspector.Workspace, no uint64, version uint8, parts int) (*view, error) {
	if v := s.views.get(ws, no, version); v != nil {
		return v, nil
	}
	v, err := s.load(ws, no, version, parts)
	if err != nil {
		return nil, err
	}
	s.views.put(cached{ws, no, version, v})
	return v, nil
}

// load is stored without the cache, for walks over many blocks.
func (s *Store) load(ws inspector.Workspace, no uint64, version uint8, parts int) (*view, error) {
	var data []byte
	for part := range parts {
		value, err := s.index.get(partKey(ws, no, version, part))
		if err != nil {
			return nil, err
		}
		if part == 0 {
			data = value
			continue
		}
		data = append(data, value...)
	}
	v, err := openView(data)
	if err != nil {
		return nil, fmt.Errorf("block %d: %w", no, err)
	}
	if v.no != no {
		return nil, fmt.Errorf("block %d: %w", no, errBlock)
	}
	return v, nil
}

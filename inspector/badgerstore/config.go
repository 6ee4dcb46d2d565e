package badgerstore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

type configEntry struct {
	rev   uint64
	value []byte
	pos   journal.Pos // of the record that says so
}

// A config record: workspace, 1 if it only repeats what is known, then the
// entries.
func putConfig(b []byte, key string, rev uint64, value []byte) []byte {
	b = putString(b, key)
	b = binary.AppendUvarint(b, rev)
	return putSlice(b, value)
}

func (d *decoder) config() (key string, e *configEntry) {
	key = d.string()
	return key, &configEntry{rev: d.uvarint(), value: d.slice()}
}

// setConfig sets an entry as the journal says; a nil value deletes it.
func (sp *space) setConfig(key string, e *configEntry) {
	sp.dirtyConfig[key] = true
	if e.value == nil {
		delete(sp.config, key)
		return
	}
	sp.config[key] = e
}

// Config returns the entries whose key starts with prefix, ordered by key.
func (s *Store) Config(ctx context.Context, ws inspector.Workspace, prefix string) ([]inspector.ConfigEntry, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	s.mu.RLock()
	defer s.mu.RUnlock()
	var list []inspector.ConfigEntry
	for key, e := range s.peek(ws).config {
		if strings.HasPrefix(key, prefix) {
			list = append(list, inspector.ConfigEntry{Key: key, Rev: e.rev, Value: bytes.Clone(e.value)})
		}
	}
	slices.SortFunc(list, func(a, b inspector.ConfigEntry) int { return cmp.Compare(a.Key, b.Key) })
	return list, nil
}

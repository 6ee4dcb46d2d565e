package journal

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"
)

// segment is one file. It is closed when the journal and all readers let go.
type segment struct {
	n    uint32
	path string
	seed uint32
	size int64 // bytes that hold records; guarded by Journal.mu

	files FS
	mu    sync.Mutex
	file  File // nil while nobody reads
	users int
	gone  bool
}

// headBytes is the size of a segment's own header: magic, journal id, number,
// checksum, zeros.
const headBytes = 64

const magic = "boathook journal 1\n"

func (j *Journal) segmentHead(n uint32) []byte {
	head := make([]byte, headBytes)
	copy(head, magic)
	copy(head[24:], j.id[:])
	binary.LittleEndian.PutUint32(head[40:], n)
	binary.LittleEndian.PutUint32(head[60:], checksum(head[:60]))
	return head
}

// openSegment opens a file that is there. A header that is damaged is no
// reason to give up what follows it: every record names the journal itself.
func (j *Journal) openSegment(n uint32) (*segment, error) {
	s := &segment{n: n, path: j.path(n), seed: j.seed(n), files: j.files}
	f, err := j.files.Open(s.path, false)
	if err != nil {
		return nil, fmt.Errorf("open journal segment: %w", err)
	}
	if s.size, err = f.Size(); err != nil {
		f.Close()
		return nil, fmt.Errorf("open journal segment: %w", err)
	}
	head := make([]byte, headBytes)
	if s.size >= headBytes {
		if _, err := f.ReadAt(head, 0); err != nil {
			f.Close()
			return nil, fmt.Errorf("read journal segment %s: %w", s.path, err)
		}
		if checksum(head[:60]) == binary.LittleEndian.Uint32(head[60:]) && bytes.HasPrefix(head, []byte("boathook journal ")) {
			if !bytes.HasPrefix(head, []byte(magic)) {
				f.Close()
				return nil, fmt.Errorf("journal segment %s has a format this version does not know", s.path)
			}
			if !bytes.Equal(head[24:40], j.id[:]) {
				f.Close()
				return nil, fmt.Errorf("journal segment %s belongs to another store", s.path)
			}
		}
	}
	s.file = f
	return s, s.idle()
}

// idle closes the file while nobody uses it; acquire opens it again.
func (s *segment) idle() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users > 0 || s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}

// acquire opens the file if need be and keeps it open until release.
func (s *segment) acquire() (File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		if s.gone {
			return nil, ErrDropped
		}
		f, err := s.files.Open(s.path, false)
		if err != nil {
			return nil, fmt.Errorf("open journal segment: %w", err)
		}
		s.file = f
	}
	s.users++
	return s.file, nil
}

func (s *segment) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users--
	if s.users == 0 && s.gone && s.file != nil {
		s.file.Close()
		s.file = nil
	}
}

// close closes the file once the last reader let go.
func (s *segment) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = true
	if s.users > 0 || s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}

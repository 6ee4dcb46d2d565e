package proxy

import (
	"bytes"
	"errors"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Bounds of the records of answers that wait for room on the disk.
const (
	shelfRecords = 1024
	shelfBytes   = 16 << 20 // of what they hold
	shelfEvery   = 500 * time.Millisecond
)

// shelf keeps records of answers that could not be stored in time: those who were answered
// do not wait for them, and while the disk is full nothing further is received, so there
// are few. What does not fit is lost, as is what is still there when the process ends.
type shelf struct {
	list    []*inspector.Batch // the oldest first
	size    int                // bytes that they hold
	serving bool
}

// shelve keeps a record until it can be stored. It is false if there is no place for it.
func (r *Receiver) shelve(b *inspector.Batch) bool {
	size := b.Size()
	r.shelfMu.Lock()
	defer r.shelfMu.Unlock()
	s := &r.shelf
	if r.stopping() || len(s.list) >= shelfRecords || s.size+size > shelfBytes {
		return false
	}
	kept := *b
	kept.Chunks = make([]inspector.Chunk, len(b.Chunks))
	for i, c := range b.Chunks {
		c.Data = bytes.Clone(c.Data) // its memory may be used for what comes next
		kept.Chunks[i] = c
	}
	s.list, s.size = append(s.list, &kept), s.size+size
	if len(s.list) == 1 {
		r.log.Warn("the record of an answer cannot be stored now; it is kept in memory until there is room")
	}
	if !s.serving {
		s.serving = true
		r.lates.Go(r.unshelve)
	}
	return true
}

// unshelve stores what is kept, as soon as it can be, until nothing is left. When the
// receiver stops, there is one more chance for all: the first that cannot be stored
// then tells that the others cannot either.
func (r *Receiver) unshelve() {
	stored := 0
	var last error
	for {
		again := r.pause(shelfEvery)
		for b := r.shelved(); b != nil; b = r.shelved() {
			err := last
			if err == nil {
				_, err = r.commit(b)
			}
			if again && busyOrFull(err) {
				break
			}
			if !again && (busyOrFull(err) || errors.Is(err, inspector.ErrSlow)) {
				last = err
			}
			if err == nil {
				stored++
			} else {
				r.lost(err)
			}
			if r.unshelved(b) {
				r.log.Info("records of answers that had to wait are stored", "records", stored)
				return
			}
		}
	}
}

// shelved is the record that has waited longest.
func (r *Receiver) shelved() *inspector.Batch {
	r.shelfMu.Lock()
	defer r.shelfMu.Unlock()
	return r.shelf.list[0] // the last one has not been taken, or unshelve would be over
}

// unshelved forgets the record that has waited longest, and reports whether it was the last.
func (r *Receiver) unshelved(b *inspector.Batch) (last bool) {
	r.shelfMu.Lock()
	defer r.shelfMu.Unlock()
	s := &r.shelf
	s.size -= b.Size()
	s.list[0] = nil
	s.list = s.list[1:]
	s.serving = len(s.list) > 0
	return !s.serving
}

// lost notes the record of an answer that is not stored.
func (r *Receiver) lost(err error) {
	r.counts.notStored.Add(1)
	r.log.Warn("the record of an answer could not be stored", "error", err)
}

package badgerstore

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

var _ inspector.Backuper = (*Store)(nil)

// A backup is the journal, as it is enough: the magic, the format text with its
// length, then for each segment 1, its number, its size and its bytes, then 0
// and a checksum of everything before it.
const backupMagic = "boathook backup 1\n"

// ErrBackup is returned by Restore for a stream that is no whole backup.
var ErrBackup = errors.New("not a whole backup")

// summer writes or reads through a checksum.
type summer struct {
	w   io.Writer
	r   io.Reader
	sum hash.Hash32
}

func (s *summer) Write(p []byte) (int, error) {
	s.sum.Write(p)
	return s.w.Write(p)
}

func (s *summer) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.sum.Write(p[:n])
	return n, err
}

func (s *summer) number(v uint64) error {
	_, err := s.Write(binary.BigEndian.AppendUint64(nil, v))
	return err
}

func (s *summer) readNumber() (uint64, error) {
	var b [8]byte
	if _, err := io.ReadFull(s, b[:]); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(b[:]), nil
}

func (s *summer) block(data []byte) error {
	if err := s.number(uint64(len(data))); err != nil {
		return err
	}
	_, err := s.Write(data)
	return err
}

func (s *summer) readBlock() ([]byte, error) {
	n, err := s.readNumber()
	if err != nil || n > 1<<20 {
		return nil, errors.Join(err, ErrBackup)
	}
	data := make([]byte, n)
	_, err = io.ReadFull(s, data)
	return data, err
}

// Backup writes the journal up to now. Commits go on; wiping erased bytes and
// dropping old segments wait until it is done.
func (s *Store) Backup(ctx context.Context, w io.Writer) error {
	end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	// Nothing erased goes out. If the disk refuses, the backup matters more:
	// a restored store wipes what its journal says is erased.
	s.report(s.wipeErased())
	release := s.journal.Freeze()
	defer release()
	s.write.Lock() // between two commits
	segments := s.journal.Segments()
	s.write.Unlock()
	buffered := bufio.NewWriterSize(w, 256<<10)
	out := &summer{w: buffered, sum: crc32.New(castagnoli)}
	if err := s.backup(ctx, out, segments); err != nil {
		return fmt.Errorf("back up store in %s: %w", s.dir, err)
	}
	if _, err := buffered.Write(out.sum.Sum(nil)); err != nil {
		return fmt.Errorf("back up store in %s: %w", s.dir, err)
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("back up store in %s: %w", s.dir, err)
	}
	return nil
}

func (s *Store) backup(ctx context.Context, out *summer, segments []journal.Segment) error {
	text, err := os.ReadFile(filepath.Join(s.dir, "FORMAT"))
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, backupMagic); err != nil {
		return err
	}
	if err := out.block(text); err != nil {
		return err
	}
	r := s.journal.Reader()
	defer r.Close()
	buf := make([]byte, 256<<10)
	for _, seg := range segments {
		for _, v := range []uint64{1, uint64(seg.N), uint64(seg.Bytes)} {
			if err := out.number(v); err != nil {
				return err
			}
		}
		for off := int64(0); off < seg.Bytes; {
			if err := ctx.Err(); err != nil {
				return err
			}
			n, err := r.Raw(journal.At(seg.N, off), buf[:min(int64(len(buf)), seg.Bytes-off)])
			if err == nil && n == 0 {
				err = io.ErrUnexpectedEOF
			}
			if err != nil {
				return err
			}
			if _, err := out.Write(buf[:n]); err != nil {
				return err
			}
			off += int64(n)
		}
	}
	return out.number(0)
}

// Restore makes a store in dir, which must be empty or missing, from a stream
// that Backup wrote. It returns ErrBackup for a stream that is cut short or
// damaged, and leaves nothing behind then. Cursors of the feed of the store that
// was backed up are not valid in the restored one.
func Restore(dir string, r io.Reader) (err error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("restore into %s: %w", dir, err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("restore into %s: the folder is not empty", dir)
	}
	if err := mkdir(filepath.Join(dir, "journal")); err != nil {
		return fmt.Errorf("restore into %s: %w", dir, err)
	}
	err = restore(dir, &summer{r: bufio.NewReaderSize(r, 256<<10), sum: crc32.New(castagnoli)})
	if err != nil {
		os.RemoveAll(filepath.Join(dir, "journal"))
		os.Remove(filepath.Join(dir, "FORMAT"))
		return fmt.Errorf("restore into %s: %w", dir, err)
	}
	return nil
}

func restore(dir string, in *summer) error {
	short := func(err error) error {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%w: it ends early", ErrBackup)
		}
		return err
	}
	magic := make([]byte, len(backupMagic))
	if _, err := io.ReadFull(in, magic); err != nil {
		return short(err)
	}
	if string(magic) != backupMagic {
		return fmt.Errorf("%w: it starts with %q", ErrBackup, magic)
	}
	text, err := in.readBlock()
	if err != nil {
		return short(err)
	}
	f, err := parseFormat(string(text))
	if err != nil {
		return err
	}
	for {
		more, err := in.readNumber()
		if err != nil {
			return short(err)
		}
		if more == 0 {
			break
		}
		if err := restoreSegment(dir, in); err != nil {
			return short(err)
		}
	}
	want := in.sum.Sum(nil)
	var sum [4]byte
	if _, err := io.ReadFull(in.r, sum[:]); err != nil {
		return short(err)
	}
	if string(sum[:]) != string(want) {
		return fmt.Errorf("%w: wrong checksum", ErrBackup)
	}
	if err := syncFolder(filepath.Join(dir, "journal")); err != nil {
		return err
	}
	// The FORMAT file comes last: without it, the folder is no store.
	f.lineage = newLineage()
	return replaceFile(filepath.Join(dir, "FORMAT"), []byte(f.text()))
}

func restoreSegment(dir string, in *summer) error {
	n, err := in.readNumber()
	if err != nil {
		return err
	}
	size, err := in.readNumber()
	if err != nil {
		return err
	}
	if n == 0 || n > 1<<32-1 || size > 1<<32-1 {
		return fmt.Errorf("%w: segment %d of %d bytes", ErrBackup, n, size)
	}
	path := filepath.Join(dir, "journal", fmt.Sprintf("%010d.log", n))
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := io.CopyN(file, in, int64(size)); err != nil {
		return err
	}
	return file.Sync()
}

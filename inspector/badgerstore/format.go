package badgerstore

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// formatVersion is the newest form of the folder that this code reads.
const formatVersion = 1

// ErrFormat is returned by Open for a folder of a newer version, or of
// something else.
var ErrFormat = errors.New("not a store that this version can read")

// format is the content of the FORMAT file: what the folder is.
type format struct {
	id      [16]byte // in every checksum of the journal
	lineage string   // in every cursor; a restored store has another
}

func newFormat() format {
	var f format
	rand.Read(f.id[:]) // never fails
	f.lineage = newLineage()
	return f
}

func newLineage() string {
	var b [6]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

func (f format) text() string {
	return fmt.Sprintf("boathook store %d\n%x\n%s\n", formatVersion, f.id, f.lineage)
}

// readFormat reads the FORMAT file, or writes one into an empty folder.
func readFormat(dir string) (format, error) {
	path := filepath.Join(dir, "FORMAT")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if files, _ := filepath.Glob(filepath.Join(dir, "journal", "*.log")); len(files) > 0 {
			return format{}, fmt.Errorf("%w: the FORMAT file is missing beside a journal", ErrFormat)
		}
		f := newFormat()
		return f, replaceFile(path, []byte(f.text()))
	}
	if err != nil {
		return format{}, err
	}
	return parseFormat(string(text))
}

func parseFormat(text string) (format, error) {
	lines := strings.Split(text, "\n")
	num, ok := strings.CutPrefix(lines[0], "boathook store ")
	version, err := strconv.Atoi(num)
	if !ok || err != nil {
		return format{}, fmt.Errorf("%w: the FORMAT file says %.40q", ErrFormat, lines[0])
	}
	if version > formatVersion {
		return format{}, fmt.Errorf("%w: it has format %d, this version reads up to %d; use a newer boathook", ErrFormat, version, formatVersion)
	}
	var f format
	if len(lines) < 3 {
		return format{}, fmt.Errorf("%w: the FORMAT file ends early", ErrFormat)
	}
	id, err := hex.DecodeString(lines[1])
	if err != nil || len(id) != len(f.id) || lines[2] == "" {
		return format{}, fmt.Errorf("%w: the FORMAT file is damaged", ErrFormat)
	}
	copy(f.id[:], id)
	f.lineage = lines[2]
	return f, nil
}

// replaceFile writes a file so that after a crash it is the old or the new one.
func replaceFile(path string, data []byte) error {
	tmp := path + ".tmp"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

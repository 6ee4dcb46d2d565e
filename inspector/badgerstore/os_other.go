//go:build !unix

package badgerstore

import (
	"errors"
	"os"
)

// freeBytes is not known here.
func freeBytes(string) int64 { return -1 }

func diskBytes(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// tryLock leaves it to the index, which locks its folder by itself.
func tryLock(*os.File) error { return nil }

// mapFile is not there: a system like this does not name its start, so it has no marks.
func mapFile(*os.File, int) ([]byte, error) { return nil, errors.ErrUnsupported }

func unmapFile([]byte) error { return nil }

func unlock(*os.File) error { return nil }

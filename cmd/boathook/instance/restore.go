package instance

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/boathook/boathook/inspector/badgerstore"
)

// ErrNoFolder is returned where a store is in memory.
var ErrNoFolder = errors.New("the store is in memory, so there is no folder")

// StoreFolder is where the store of a server with these options is.
func StoreFolder(opt Options) (string, error) {
	kind, path := storePath(opt.Dir, opt.Store)
	if kind == "memory" {
		return "", ErrNoFolder
	}
	return path, nil
}

// Restore replaces the store by a backup. What was there before is only removed
// once the backup was read whole. The folder must be locked.
func Restore(opt Options, backup io.Reader) error {
	dir, err := StoreFolder(opt)
	if err != nil {
		return err
	}
	fresh, old := dir+".restoring", dir+".replaced"
	for _, d := range []string{fresh, old} {
		if err := os.RemoveAll(d); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
	}
	if err := badgerstore.Restore(fresh, backup); err != nil {
		return errors.Join(fmt.Errorf("restore: %w", err), os.RemoveAll(fresh))
	}
	if err := os.Rename(dir, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("restore: %w", err), os.RemoveAll(fresh))
	}
	if err := os.Rename(fresh, dir); err != nil {
		return errors.Join(fmt.Errorf("restore: %w", err), os.Rename(old, dir))
	}
	return os.RemoveAll(old)
}

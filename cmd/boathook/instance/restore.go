package instance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore"
	"github.com/boathook/boathook/proxy"
)

// ErrNoFolder is returned where a store is in memory.
var ErrNoFolder = errors.New("the store is in memory, so there is no folder")

// Names beside the store's folder while it is replaced.
const (
	freshSuffix    = ".restoring"
	replacedSuffix = ".replaced"
)

// StoreFolder is where the store of a server with these options is.
func StoreFolder(opt Options) (string, error) {
	kind, path := storePath(opt.Dir, opt.Store)
	if kind == "memory" {
		return "", ErrNoFolder
	}
	return path, nil
}

// Restore replaces the store by a backup. What was there before is only removed
// once the backup was read whole. The data folder must be locked.
func Restore(opt Options, backup io.Reader) error {
	dir, err := StoreFolder(opt)
	if err != nil {
		return err
	}
	if err := undoReplace(dir); err != nil {
		return err
	}
	fresh, old := dir+freshSuffix, dir+replacedSuffix
	if err := errors.Join(os.RemoveAll(fresh), os.RemoveAll(old)); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := badgerstore.Restore(fresh, backup); err != nil {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	if err := os.Rename(dir, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("restore: %w", err), os.RemoveAll(fresh))
	}
	if err := os.Rename(fresh, dir); err != nil {
		return errors.Join(fmt.Errorf("restore: %w", err), undoReplace(dir))
	}
	return os.RemoveAll(old)
}

// LockedSecrets lists what in a store has secrets that the key file of the data
// folder does not open, which a backup does not hold. The data folder must be
// locked, and the store closed.
func LockedSecrets(ctx context.Context, opt Options) (places []string, err error) {
	s := &Server{opt: opt, log: slog.New(slog.DiscardHandler)}
	keys, err := s.openVault()
	if err != nil {
		return nil, err
	}
	store, err := s.openStore()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return proxy.LockedSecrets(ctx, store, inspector.DefaultWorkspace, keys)
}

// undoReplace brings a store back whose replacement was broken off between its
// two steps.
func undoReplace(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	err := os.Rename(dir+replacedSuffix, dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("bring back the store of a restore that broke off: %w", err)
	}
	return nil
}

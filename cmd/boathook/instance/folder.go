package instance

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrFolder is the cause when a data folder cannot be used as it is.
var ErrFolder = errors.New("unusable data folder")

// Prepare makes sure that dir is a folder that only this user can look into. It
// is made if it is missing. The notices say what was repaired.
func Prepare(dir string) (notices []string, err error) {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the data folder: %w", err)
		}
		info, err = os.Stat(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("open the data folder: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is a file: %w", dir, ErrFolder)
	}
	if owner, foreign := foreignOwner(info); foreign {
		return nil, fmt.Errorf("%s belongs to user %s: %w", dir, owner, ErrFolder)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 && checksModes {
		if err := os.Chmod(dir, 0o700); err != nil {
			return nil, fmt.Errorf("close the data folder to other users: %w", err)
		}
		notices = append(notices, fmt.Sprintf("%s could be read by other users (mode %04o); it is 0700 now", dir, info.Mode().Perm()))
	}
	if err := writable(dir); err != nil {
		return nil, err
	}
	if kind := networkFileSystem(dir); kind != "" {
		notices = append(notices, fmt.Sprintf("%s is on a network file system (%s), which may not keep what was synced; a local disk is safer", dir, kind))
	}
	return notices, nil
}

func writable(dir string) error {
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return fmt.Errorf("write to the data folder: %w", err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// writeSecret replaces a file at once by one that only this user can read.
func writeSecret(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

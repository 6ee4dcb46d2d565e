package vault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// KeyError says that a key file cannot be used, and what to do.
type KeyError struct {
	Path string
	Text string
}

func (e *KeyError) Error() string { return e.Path + " " + e.Text }

// Open is the vault of a data folder, which must be locked. Its key, 32 random
// bytes, is made by the first call. The error is a [*KeyError] if the file is no
// key.
func Open(dir string) (*Vault, error) {
	path := filepath.Join(dir, File)
	key, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = create(path); err == nil {
			key, err = read(path)
		}
	}
	if err != nil {
		return nil, err
	}
	return fromKey(key), nil
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the key of the secrets: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read the key of the secrets: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, &KeyError{Path: path, Text: "is no file; remove it, then set the secrets of inboxes and endpoints anew"}
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := f.Chmod(0o600); err != nil {
			return nil, fmt.Errorf("close the key of the secrets to other users: %w", err)
		}
	}
	key, err := io.ReadAll(io.LimitReader(f, keyBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the key of the secrets: %w", err)
	}
	if len(key) != keyBytes {
		return nil, &KeyError{Path: path, Text: fmt.Sprintf("is no key, it must hold exactly %d bytes; put the right file back, or remove it and set the secrets of inboxes and endpoints anew", keyBytes)}
	}
	return key, nil
}

// create makes the key file. It never replaces another.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("make the key of the secrets: %w", err)
	}
	var key [keyBytes]byte
	_, _ = rand.Read(key[:]) // never fails
	_, err = f.Write(key[:])
	if err = errors.Join(err, f.Sync(), f.Close(), syncDir(filepath.Dir(path))); err != nil {
		// A file that is no whole key would stop the next start.
		return fmt.Errorf("make the key of the secrets: %w", errors.Join(err, os.Remove(path)))
	}
	return nil
}

// syncDir makes the names in a folder durable, where the system has that.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync() // Windows cannot
	return d.Close()
}

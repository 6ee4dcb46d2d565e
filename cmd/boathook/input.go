package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// openInput opens a file or, for "-", standard input. Close it.
func openInput(path, hint string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(os.Stdin), nil
	}
	f, err := openFile(path, hint)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// openFile opens a file that a user names. hint says what it is to be.
func openFile(path, hint string) (*os.File, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fail(exitNotFound, hint, "there is no file %s", clip(path))
	}
	if err != nil {
		return nil, fail(exitFailed, hint, "%w", err)
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errors.Join(isFolderFault(path), f.Close())
	}
	return f, nil
}

func isFolderFault(path string) error {
	return usage("name a file in it", "%s is a folder", clip(path))
}

// readInput reads a file or, for "-", standard input: at most limit bytes. what
// names it in errors.
func readInput(path, what, hint string, limit int64) ([]byte, error) {
	in, err := openInput(path, hint)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	if int64(len(data)) > limit {
		return nil, usage("", "%s is longer than %d bytes", what, limit)
	}
	return data, nil
}

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// writeFile writes a file whole or not at all: what is there already stays until all
// of r was written beside it, under a name that ends in .part. A device or a pipe is
// written to as it is.
func writeFile(path string, r io.Reader) (n int64, err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return writeDevice(path, r)
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // the link stays one
	}
	dir, base := filepath.Split(path)
	part, err := os.CreateTemp(filepath.Clean(dir), "."+base[:min(len(base), 100)]+".*.part")
	if err != nil {
		return 0, unwritten(path, err)
	}
	n, err = io.Copy(part, r)
	if err == nil {
		err = part.Sync()
	}
	err = errors.Join(err, part.Close())
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return n, errors.Join(unwritten(path, err), os.Remove(part.Name()))
	}
	return n, nil
}

func writeDevice(path string, r io.Reader) (n int64, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return 0, unwritten(path, err)
	}
	n, err = io.Copy(f, r)
	if err = errors.Join(err, f.Close()); err != nil {
		return n, unwritten(path, err)
	}
	return n, nil
}

// unwritten says why there is no file. The name that it was written under is nobody's
// concern.
func unwritten(path string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		err = link.Err
	}
	switch dir := filepath.Dir(path); {
	case errors.Is(err, fs.ErrNotExist):
		return fail(exitNotFound, "make it: mkdir -p "+quoteArg(dir), "there is no folder %s", clip(dir))
	case errors.Is(err, syscall.ENOSPC):
		return fail(exitFailed, "free some space, or name a file on another disk", "%s was not written: %w", clip(path), err)
	}
	return fmt.Errorf("%s was not written: %w", clip(path), err)
}

// writeOut copies a result that has to be whole to standard output. Who reads only a
// part of it is told, unlike with a list.
func (a *app) writeOut(what string, r io.Reader) error {
	_, err := io.Copy(a.out, r)
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) {
		return fail(exitFailed, "", "the %s is not complete: its reader went away", what)
	}
	return err
}

package journal

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncData leaves out what is not needed to read the data back, e.g. times.
func syncData(f *os.File) error {
	for {
		err := unix.Fdatasync(int(f.Fd()))
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return &os.PathError{Op: "fdatasync", Path: f.Name(), Err: err}
		}
		return nil
	}
}

func syncDir(d *os.File) error { return d.Sync() }

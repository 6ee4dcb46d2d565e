//go:build unix

package main

import (
	"context"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// whileRead ends its context once nobody reads any more what is written to f, if f is a
// pipe, as when head has had its lines: what follows deliveries may have nothing to
// write for long, and would notice only then. The cause is that of such a write. stop
// must be called at the end.
func whileRead(ctx context.Context, f *os.File) (read context.Context, stop func()) {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return ctx, func() {}
	}
	until, end, err := os.Pipe()
	if err != nil {
		return ctx, func() {} // the next write tells
	}
	read, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		// Errors are told without being asked for.
		fds := []unix.PollFd{{Fd: int32(f.Fd())}, {Fd: int32(until.Fd()), Events: unix.POLLIN}}
		for {
			switch _, err := unix.Poll(fds, -1); {
			case err == unix.EINTR:
			case err != nil || fds[1].Revents != 0:
				return
			case fds[0].Revents != 0:
				cancel(syscall.EPIPE)
				return
			}
		}
	}()
	return read, func() {
		end.Close()
		<-done
		until.Close()
		cancel(nil)
	}
}

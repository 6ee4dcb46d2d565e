//go:build unix

package proxy

import (
	"syscall"
	"testing"
	"time"
)

// cpuTime is what the process has used of the processor: the clients, the target
// and the proxy together.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

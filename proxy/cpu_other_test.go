//go:build !unix

package proxy

import (
	"testing"
	"time"
)

// cpuTime is not measured here, so benchmarks report none.
func cpuTime(*testing.B) time.Duration { return 0 }

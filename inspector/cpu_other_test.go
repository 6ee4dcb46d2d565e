//go:build !unix

package inspector_test

import (
	"testing"
	"time"
)

// cpu is not measured here, so benchmarks report none.
func cpu(*testing.B) time.Duration { return 0 }

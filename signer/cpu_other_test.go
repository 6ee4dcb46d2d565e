//go:build !unix

package signer

import (
	"testing"
	"time"
)

var processStart = time.Now()

// processTime is the time of the clock where that of the processors is not told.
func processTime(*testing.T) time.Duration { return time.Since(processStart) }

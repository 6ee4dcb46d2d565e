package main

import (
	"os"
	"runtime"
)

// spareProcessor lets one goroutine more run at a time than there are CPUs. The
// one that syncs the journal holds its processor while it waits for the disk;
// without a spare one, half of a machine with two CPUs waits with it.
func spareProcessor() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	}
}

//go:build !unix

package web

// FileLimit is how many files the process may have open at most; 0 if that is
// unknown.
func FileLimit() uint64 { return 0 }

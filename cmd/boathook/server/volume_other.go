//go:build !linux

package server

// networkFileSystem is only known on Linux.
func networkFileSystem(string) string { return "" }

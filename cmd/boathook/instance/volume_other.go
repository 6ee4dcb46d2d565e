//go:build !linux

package instance

// networkFileSystem is only known on Linux.
func networkFileSystem(string) string { return "" }

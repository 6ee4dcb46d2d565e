package badgerstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The index is not synced, so after loss of power its files may hold anything.
// While it is open, a file beside it names the start of the kernel; when a
// start finds the name of another one there, the index is made anew.
const bootFile = "OPEN"

const unknownBoot = "unknown"

func kernelBoot() string {
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return unknownBoot // then only the end of the process is told apart
	}
	return strings.TrimSpace(string(text))
}

// trusted reports whether the index was closed, or left by a process that ended
// while the machine went on.
func trusted(root string) bool {
	text, err := os.ReadFile(filepath.Join(root, bootFile))
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	return err == nil && strings.TrimSpace(string(text)) == kernelBoot()
}

func markOpen(root string) error {
	if err := replaceFile(filepath.Join(root, bootFile), []byte(kernelBoot()+"\n")); err != nil {
		return fmt.Errorf("mark index as open: %w", err)
	}
	return nil
}

func markClosed(root string) error {
	if err := os.Remove(filepath.Join(root, bootFile)); err != nil {
		return fmt.Errorf("mark index as closed: %w", err)
	}
	return syncFolder(root)
}

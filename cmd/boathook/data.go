package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

// dataFolder is where deliveries, token and lock are: --data, BOATHOOK_DATA,
// ./.boathook if it exists, else the user's data directory.
func (a *app) dataFolder() (string, error) {
	if dir := a.cfg.Text("data"); dir != "" {
		return filepath.Abs(dir)
	}
	if v := a.cfg.Value("data"); len(v.Text) > 0 {
		return "", usage("", "%s is empty", v.Origin)
	}
	if own := filepath.Join(a.dir, ".boathook"); isFolder(own) {
		return own, nil
	}
	base, err := userData()
	if err != nil {
		return "", fail(exitFailed, "give one: --data DIR, or BOATHOOK_DATA", "there is no data folder: %w", err)
	}
	return filepath.Join(base, "boathook"), nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// userData is the user's data directory: XDG on Unix, the system's own elsewhere.
func userData() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	if dir := os.Getenv("LOCALAPPDATA"); runtime.GOOS == "windows" && dir != "" {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	switch {
	case err != nil:
		return "", err
	case !filepath.IsAbs(home):
		return "", errors.New("HOME is not an absolute path")
	case runtime.GOOS == "darwin":
		return filepath.Join(home, "Library", "Application Support"), nil
	case runtime.GOOS == "windows":
		return filepath.Join(home, "AppData", "Local"), nil
	}
	return filepath.Join(home, ".local", "share"), nil
}

// tilde shortens a path below the home directory for a message.
func tilde(path string) string {
	home, err := os.UserHomeDir()
	if err != nil || home == "" || home == "/" {
		return terminal.Safe(path)
	}
	if rel, err := filepath.Rel(home, path); err == nil && filepath.IsLocal(rel) {
		return terminal.Safe(filepath.Join("~", rel))
	}
	return terminal.Safe(path)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{Use: "backup FILE", Short: "write everything that is stored into a file", Args: exactly(1),
		Long: "Write everything that is stored into a file, mode 0600, while the server goes on. - is standard output.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.backup(cmd.Context(), s, args[0]) })
		}}
}

func (a *app) backup(ctx context.Context, s *session, path string) (err error) {
	if path == "-" && a.out.Terminal {
		return usage("boathook backup FILE", "a backup is not for a terminal")
	}
	r, err := s.Backup(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	if path == "-" {
		_, err := io.Copy(a.out, r)
		return err
	}
	n, err := writeFile(path, r)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	a.say("%s backed up into %s (%s)", a.mark(true), terminal.Safe(path), terminal.Bytes(n))
	return nil
}

// writeFile replaces a file at once, so that a backup is whole or not there.
func writeFile(path string, r io.Reader) (n int64, err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	n, err = io.Copy(tmp, r)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return n, err
	}
	return n, os.Rename(tmp.Name(), path)
}

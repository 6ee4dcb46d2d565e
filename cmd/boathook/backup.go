package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/instance"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy/vault"
)

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{Use: "backup FILE", Short: "write everything that is stored into a file", Args: exactly(1),
		Example: "  boathook backup boathook.bak\n  boathook backup - | gzip > boathook.bak.gz",
		Long: "Write everything that is stored into a file, mode 0600, while the server goes on. - is standard output.\n" +
			"Secrets are in it sealed; their key is the file secrets.key of the data folder, which is not in it. Keep a copy of that apart, or set the secrets anew after a restore.\n" +
			"Recorded requests are in it as they crossed the wire, with the credentials that they carried: to show deliveries to others, take an export, which leaves them out.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.backup(cmd.Context(), s, args[0]) })
		}}
}

func (a *app) backup(ctx context.Context, s *session, path string) (err error) {
	if path == "-" && a.out.Terminal {
		return usage("boathook backup FILE", "a backup is not for a terminal")
	}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return isFolderFault(path)
	}
	if err == nil && info.Mode().IsRegular() && path != "-" {
		if err := a.confirm(ctx, "Replace "+terminal.Safe(path)+"?"); err != nil {
			return err
		}
	}
	r, err := s.Backup(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	if path == "-" {
		return a.writeOut("backup", r)
	}
	n, err := writeFile(path, r)
	if err != nil {
		return err
	}
	if a.flags.json {
		return a.emit(map[string]any{"file": path, "bytes": n})
	}
	a.say("%s backed up into %s (%s)", a.mark(true), terminal.Safe(path), terminal.Bytes(n))
	return nil
}

func (a *app) restoreCommand() *cobra.Command {
	return &cobra.Command{Use: "restore FILE", Short: "read a backup back into an empty data folder", Args: exactly(1),
		Example: "  boathook restore boathook.bak --yes",
		Long:    "Read a backup back. No server may run on the data folder, and its store must be empty or is replaced after a yes. - is standard input.",
		RunE:    func(cmd *cobra.Command, args []string) error { return a.restore(cmd.Context(), args[0]) }}
}

func (a *app) restore(ctx context.Context, path string) (err error) {
	in, err := openInput(path, "")
	if err != nil {
		return err
	}
	defer in.Close()
	if err := a.nobodyRuns(path); err != nil {
		return err
	}
	opt, lock, err := a.ownFolder(ctx)
	if err != nil {
		return explainHeld(err)
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	old, err := instance.StoreFolder(opt)
	if err != nil {
		return err
	}
	if !empty(old) {
		if err := a.confirm(ctx, "Replace everything in "+tilde(old)+"?"); err != nil {
			return err
		}
	}
	if err := instance.Restore(opt, in); err != nil {
		return err
	}
	a.say("%s restored into %s", a.mark(true), tilde(old))
	locked, err := instance.LockedSecrets(ctx, opt)
	if err != nil {
		return fmt.Errorf("look at the restored secrets: %w", err)
	}
	if len(locked) > 0 {
		a.say("%s a backup does not hold the key of its secrets, so those of %s cannot be used", a.err.Warn.Sprint("note:"), terminal.Safe(strings.Join(locked, ", ")))
		a.say("      set them anew, or put the %s of the folder that was backed up into %s", vault.File, tilde(opt.Dir))
	}
	return nil
}

// nobodyRuns refuses to replace the store of a server.
func (a *app) nobodyRuns(path string) error {
	dir, err := a.dataFolder()
	if err != nil {
		return err
	}
	r, err := instance.Find(dir)
	if err != nil {
		return notRunning(err)
	}
	return fail(exitFailed, fmt.Sprintf("end it, by Ctrl-C where it runs or by kill %d; then: boathook restore %s", r.PID, quoteArg(path)),
		"a server runs on the data folder %s (pid %d)", tilde(dir), r.PID)
}

func empty(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err != nil || len(entries) == 0
}

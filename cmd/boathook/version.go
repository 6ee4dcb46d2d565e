package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is what the build says: the module's version, or the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "dev-" + s.Value[:12]
		}
	}
	return "dev"
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "print the version", Args: atMost(0), PersistentPreRunE: a.loadLeniently,
		Example: "  boathook version",
		RunE: func(*cobra.Command, []string) error {
			if a.flags.json {
				return a.emit(map[string]string{"version": version(), "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH})
			}
			return a.out.Printf("%s", versionLine())
		},
	}
}

func versionLine() string {
	return fmt.Sprintf("boathook %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// emit writes one value as JSON.
func (a *app) emit(value any) error {
	e, err := a.emitter()
	if err != nil {
		return err
	}
	return e.Emit(value)
}

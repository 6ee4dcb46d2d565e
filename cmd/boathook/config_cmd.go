package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
)

func (a *app) configCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "print every setting", Args: atMost(0),
		Example: "  boathook config list --show-origin",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.configList(cmd.Context()) }}
	list.Flags().BoolVar(&a.flags.origin, "show-origin", false, "say where each value comes from")
	get := &cobra.Command{Use: "get KEY", Short: "print one setting", Args: exactly(1), ValidArgs: settingNames(),
		Example: "  boathook config get capture.port",
		Long: "Print one setting. Those that begin with sending. are kept by the server in the data folder, and so are what is kept and the limit\n" +
			"of bodies (capture.keep.* and capture.body_limit) where no flag, variable or file sets them.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if isSendingKey(args[0]) {
				return a.sendingGet(cmd.Context(), args[0])
			}
			if b, ok := a.runningBound(args[0]); ok {
				return a.boundGet(cmd.Context(), b)
			}
			if a.runningMask(args[0]) {
				return a.maskGet(cmd.Context())
			}
			return a.configGet(args[0])
		}}
	var project bool
	set := &cobra.Command{Use: "set KEY VALUE", Short: "write a setting into a file", Args: exactly(2), ValidArgs: settingNames(),
		Long: "Write a setting into a file. Those that begin with sending. are kept by the server in the data folder: sending.enabled,\n" +
			"sending.allow (hosts that may be sent to besides this machine; +HOST for one more), sending.cap (tries per second) and\n" +
			"sending.retry (the rule where neither an endpoint nor its provider has one, such as 10x1m, 5s,5m,30m, svix or none). So are\n" +
			"capture.keep.count, .bytes, .age and .trash and capture.body_limit: they count at once, and it is asked before anything is\n" +
			"removed. capture.mask is what is hidden where deliveries are shown or exported, beside what names such as Authorization tell\n" +
			"by themselves: header.x-pin, query.pin, body.card.number (in JSON, forms, XML and lines of text), -header.x-token-count for one that is\n" +
			"shown in spite of its name, -defaults to hide nothing but what is listed; +ENTRY for one more, defaults for none of these.\n" +
			"Where a flag, a variable or a file sets one of them, that counts, and the file is changed for the next start.",
		Example: "  boathook config set capture.port 4611\n  boathook config set sending.allow +crm.example.org\n  boathook config set sending.enabled false\n  boathook config set capture.mask +body.card.number",
		RunE: func(cmd *cobra.Command, args []string) error {
			if isSendingKey(args[0]) {
				return a.sendingSet(cmd.Context(), args[0], args[1])
			}
			if b, ok := a.runningBound(args[0]); ok && !project {
				return a.boundSet(cmd.Context(), b, args[1])
			}
			if a.runningMask(args[0]) && !project {
				return a.maskSet(cmd.Context(), args[1])
			}
			return a.configSet(args[0], args[1], project)
		}}
	edit := &cobra.Command{Use: "edit", Short: "open the file in $VISUAL or $EDITOR", Args: atMost(0), PersistentPreRunE: a.loadLeniently,
		Example: "  boathook config edit\n  boathook config edit --project",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.configEdit(cmd.Context(), project) }}
	path := &cobra.Command{Use: "path", Short: "print the files that settings are read from", Args: atMost(0), PersistentPreRunE: a.loadLeniently,
		Example: "  boathook config path",
		RunE:    func(*cobra.Command, []string) error { return a.configPath() }}
	for _, c := range []*cobra.Command{set, edit} {
		c.Flags().BoolVar(&project, "project", false, "use boathook.yaml rather than the user's own file")
	}
	return a.group(&cobra.Command{Use: "config", Short: "get, set, list, edit, path"}, list, get, set, edit, path)
}

func settingNames() []string { return append(config.Names(), sendingKeys...) }

// loadLeniently lets a command work that is needed to repair a file.
func (a *app) loadLeniently(cmd *cobra.Command, args []string) error {
	var e *config.Error
	if err := a.load(cmd, args); err != nil && !errors.As(err, &e) {
		return err
	}
	return nil
}

type settingJSON struct {
	Key    string `json:"key"`
	Value  any    `json:"value"`
	Origin string `json:"origin"`
	Flag   string `json:"flag,omitempty"`
	Env    string `json:"env,omitempty"`
}

// text is the value on one line.
func (s *settingJSON) text() string {
	if list, ok := s.Value.([]string); ok {
		return strings.Join(list, ",")
	}
	return fmt.Sprint(s.Value)
}

func shown(v config.Value) settingJSON {
	s := settingJSON{Key: v.Name(), Origin: v.Origin, Flag: "--" + v.Flag, Env: v.Env(), Value: strings.Join(v.Text, ",")}
	if v.List {
		s.Value = append([]string{}, v.Text...)
	}
	return s
}

// configList prints the settings. What a server keeps is that of the server.
func (a *app) configList(ctx context.Context) error {
	var all []settingJSON
	for _, v := range a.cfg.All() {
		all = append(all, shown(v))
	}
	if err := a.with(ctx, func(s *session) (err error) {
		all, err = a.keptSettings(ctx, s, all)
		return err
	}); err != nil {
		a.say("%s what the data folder keeps cannot be read: %s", a.err.Warn.Sprint("note:"), terminal.Safe(err.Error()))
	}
	table := terminal.Table{}
	for _, s := range all {
		if a.flags.json {
			if err := a.emit(s); err != nil {
				return err
			}
			continue
		}
		row := []terminal.Cell{{Text: s.Key, Paint: a.out.Name.Sprint}, {Text: s.text()}}
		if a.flags.origin {
			row = append(row, terminal.Cell{Text: s.Origin, Paint: a.out.Dim.Sprint})
		}
		table.Rows = append(table.Rows, row)
	}
	return table.Write(a.out)
}

// keptSettings puts what a server keeps in the place of what files and defaults say,
// and adds what it alone has.
func (a *app) keptSettings(ctx context.Context, s *session, all []settingJSON) ([]settingJSON, error) {
	limits, err := s.Bounds(ctx)
	if err != nil {
		return all, err
	}
	hidden, err := s.Mask(ctx)
	if err != nil {
		return all, err
	}
	sending, err := s.Settings(ctx)
	if err != nil {
		return all, err
	}
	all = slices.Clone(all)
	for i := range all {
		if b, ok := a.runningBound(all[i].Key); ok {
			all[i] = a.boundShown(&limits, b)
		} else if a.runningMask(all[i].Key) {
			all[i] = a.maskShown(&hidden)
		}
	}
	for _, name := range sendingKeys {
		all = append(all, sendingShown(&sending, name))
	}
	return all, nil
}

// keptBy is where the value of a setting comes from that a server keeps: what it was
// started with, the data folder if it was ever changed, else the origin of the default.
func keptBy(origin, fixed string, rev uint64) string {
	switch {
	case fixed != "":
		return fixed
	case rev > 0:
		return "data folder"
	}
	return origin
}

func (a *app) printSetting(s settingJSON) error {
	if a.flags.json {
		return a.emit(s)
	}
	return a.out.Printf("%s\n", terminal.Safe(s.text()))
}

func (a *app) setting(name string) (config.Setting, error) {
	s, ok := config.Find(name)
	if ok {
		return s, nil
	}
	hint := "see them all: boathook config list"
	if near := config.Nearest(name, settingNames()); near != "" {
		hint = "did you mean " + near + "?"
	}
	return s, usage(hint, "no setting is named %q", clip(name))
}

func (a *app) configGet(name string) error {
	s, err := a.setting(name)
	if err != nil {
		return err
	}
	return a.printSetting(shown(a.cfg.Value(s.Flag)))
}

func (a *app) configSet(name, value string, project bool) error {
	s, err := a.setting(name)
	if err != nil {
		return err
	}
	path, err := a.configFile(project)
	if err != nil {
		return err
	}
	if err := config.Set(path, s, value, os.LookupEnv); err != nil {
		return err
	}
	a.say("%s is %s in %s", s.Name(), terminal.Safe(value), terminal.Safe(config.Shown(path)))
	if v := a.cfg.Value(s.Flag); v.Level > config.FromUser && !project || v.Level > config.FromProject {
		a.say("%s it has no effect while %s sets it too", a.err.Warn.Sprint("note:"), terminal.Safe(v.Origin))
	}
	return nil
}

// configFile is the file that set and edit change.
func (a *app) configFile(project bool) (string, error) {
	if project {
		if path := config.ProjectFile(a.dir); path != "" {
			return path, nil
		}
		return filepath.Join(a.dir, "boathook.yaml"), nil
	}
	if path := first(a.flags.config, os.Getenv("BOATHOOK_CONFIG")); path != "" {
		return path, nil
	}
	if path := userConfig(); path != "" {
		return path, nil
	}
	return "", fail(exitFailed, "set HOME, or use --project or --config FILE", "there is no home directory for the user's config file")
}

func (a *app) configPath() error {
	project := config.ProjectFile(a.dir)
	if a.flags.json {
		return a.emit(map[string]string{"user": userConfig(), "project": project})
	}
	table := terminal.Table{}
	for _, f := range []struct{ name, path string }{{"user", userConfig()}, {"project", project}} {
		state := "read"
		if _, err := os.Stat(f.path); err != nil {
			state = "not there"
		}
		table.Rows = append(table.Rows, []terminal.Cell{{Text: f.name}, {Text: f.path}, {Text: state, Paint: a.out.Dim.Sprint}})
	}
	return table.Write(a.out)
}

func (a *app) configEdit(ctx context.Context, project bool) error {
	path, err := a.configFile(project)
	if err != nil {
		return err
	}
	if !a.asks() {
		return fail(exitFailed, "change single settings: boathook config set KEY VALUE", "an editor needs a terminal")
	}
	if err := makeFile(path); err != nil {
		return err
	}
	if err := editFile(ctx, path); err != nil {
		return err
	}
	_, err = config.Load(config.Sources{Dir: a.dir, Env: os.LookupEnv, User: path})
	return err
}

func makeFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fail(exitFailed, "", "make the config folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fail(exitFailed, "", "make the config file: %w", err)
	}
	return f.Close()
}

// editFile runs the user's editor on a file and waits for it.
func editFile(ctx context.Context, path string) error {
	fallback := "vi"
	if runtime.GOOS == "windows" {
		fallback = "notepad"
	}
	words := strings.Fields(first(os.Getenv("VISUAL"), os.Getenv("EDITOR"), fallback))
	cmd := exec.CommandContext(ctx, words[0], append(words[1:], path)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fail(exitFailed, "set VISUAL or EDITOR to the editor to use", "run %s: %w", words[0], err)
	}
	return nil
}

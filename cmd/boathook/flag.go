package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/boathook/boathook/cmd/boathook/config"
)

// settingFlag is the flag of a setting. It only keeps what was typed; package
// config checks it, together with what other sources say.
type settingFlag struct {
	setting config.Setting
	texts   []string
}

func (f *settingFlag) String() string { return "" }

func (f *settingFlag) Type() string {
	switch name := f.setting.Flag; {
	case strings.HasSuffix(name, "addr"):
		return "HOST:PORT"
	case strings.HasSuffix(name, "port"):
		return "PORT"
	case name == "data":
		return "DIR"
	case name == "server", name == "store":
		return "URL"
	case f.setting.Switch:
		return "bool"
	}
	return "VALUE"
}

// Set refuses a second, different value of what can only have one.
func (f *settingFlag) Set(text string) error {
	if len(f.texts) > 0 && !f.setting.List {
		if f.texts[0] == text {
			return nil
		}
		return errors.New("given twice with different values")
	}
	f.texts = append(f.texts, text)
	return nil
}

// settingFlags adds the flags of settings to a command.
func (a *app) settingFlags(flags *pflag.FlagSet, serve bool) {
	for _, s := range config.Settings {
		if s.Serve != serve {
			continue
		}
		f := a.settings[s.Flag]
		if f == nil {
			f = &settingFlag{setting: s}
			a.settings[s.Flag] = f
		}
		help := s.Help
		if s.Default != "" && s.Default != "false" {
			help += " (default " + s.Default + ")"
		}
		added := flags.VarPF(f, s.Flag, "", help)
		if s.Switch {
			added.NoOptDefVal = "true"
		}
	}
}

// flagError says what is wrong with a flag, and which one was meant.
func flagError(cmd *cobra.Command, err error) error {
	hint := "see " + cmd.CommandPath() + " --help"
	if cmd.HasAvailableSubCommands() {
		// The flag is of a command that was meant.
		if err := knownCommand(cmd, cmd.Flags().Args()); err != nil {
			return err
		}
	}
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		name := unknown.GetSpecifiedName()
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			name = short // -port is read as -p -o -r -t
		}
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				names = append(names, f.Name)
			}
		})
		if near := config.Nearest(name, names); near != "" {
			hint = "did you mean --" + near + "?"
		}
		if strings.Contains(name, ":") && strings.Contains(cmd.Use, "FILTER") {
			hint = "a filter that begins with - stands after --: " + cmd.CommandPath() + " -- '-" + clip(name) + "'"
		}
		return usage(hint, "%s has no flag %q", cmd.CommandPath(), clip(dashed(name, unknown)))
	}
	var wrong *pflag.InvalidValueError
	if errors.As(err, &wrong) {
		name, value := wrong.GetFlag().Name, clip(wrong.GetValue())
		if want := wantedForm(wrong.GetFlag().Value.Type()); want != "" {
			return usage(hint, "--%s: want %s, got %q", name, want, value)
		}
		return usage(hint, "--%s: %w", name, errors.Unwrap(wrong))
	}
	return usage(hint, "%s", clip(strings.Join(strings.Fields(err.Error()), " ")))
}

// wantedForm says what a value of a type looks like, "" if its error says so.
func wantedForm(kind string) string {
	switch kind {
	case "int", "int64":
		return "a whole number"
	case "uint64":
		return "a whole number of 0 or more"
	case "float64":
		return "a number"
	case "duration":
		return "a length of time such as 5m"
	}
	return ""
}

func dashed(name string, e *pflag.NotExistError) string {
	if e.GetSpecifiedShortnames() != "" {
		return "-" + name
	}
	return "--" + name
}

// clip keeps an error on one line, whatever was typed.
func clip(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}

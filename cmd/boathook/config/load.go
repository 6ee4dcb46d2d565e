package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Sources is where settings come from.
type Sources struct {
	Dir   string                      // the working directory
	Env   func(string) (string, bool) // os.LookupEnv
	Flags map[string][]string         // flags that were given, by name without dashes
	File  string                      // --config or BOATHOOK_CONFIG: read in place of boathook.yaml
	User  string                      // the user's config.yaml, "" if there is no place for one
}

// Load resolves all settings. What is wrong with a value is an [*Error], for a
// value from a flag or the environment too.
func Load(src Sources) (*Values, error) {
	v := &Values{byFlag: map[string]Value{}}
	for _, s := range Settings {
		val := Value{Setting: s, Origin: "default"}
		if s.Default != "" {
			val.Text = []string{s.Default}
		}
		v.byFlag[s.Flag] = val
	}
	if err := v.loadFiles(src); err != nil {
		return nil, err
	}
	for _, s := range Settings {
		if err := v.loadOutside(src, s); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (v *Values) loadFiles(src Sources) error {
	if src.User != "" {
		if err := v.loadFile(src.User, FromUser, src.Env, false); err != nil {
			return err
		}
	}
	if src.File != "" {
		return v.loadFile(src.File, FromProject, src.Env, true)
	}
	if path := ProjectFile(src.Dir); path != "" {
		return v.loadFile(path, FromProject, src.Env, false)
	}
	return nil
}

func (v *Values) loadFile(path string, level Level, env func(string) (string, bool), must bool) error {
	text, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{File: Shown(path), Text: "no such file"}
	}
	if err != nil {
		return err
	}
	v.Files = append(v.Files, path)
	root, err := parse(Shown(path), text, env)
	if err != nil || root == nil {
		return err
	}
	if err := v.apply(root, level); err != nil {
		return err
	}
	v.noticeSecrets(path)
	return nil
}

// noticeSecrets warns of tokens and secrets that other users of the machine can read.
func (v *Values) noticeSecrets(path string) {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o044 == 0 || runtime.GOOS == "windows" {
		return
	}
	for _, in := range v.inboxes {
		if in.secret && in.File == Shown(path) {
			v.Notices = append(v.Notices, fmt.Sprintf("%s:%d: a token or secret of inbox %s can be read by other users (mode %04o); write ${NAME} in its place, or chmod 600",
				in.File, in.Line, in.Name, info.Mode().Perm()))
		}
	}
}

// loadOutside takes a setting from the environment and from flags.
func (v *Values) loadOutside(src Sources, s Setting) error {
	val := v.byFlag[s.Flag]
	if text, set := src.Env(s.Env()); set && text != "" {
		val.Text, val.Level, val.Origin = []string{text}, FromEnv, s.Env()
		if s.List {
			val.Text = fields(text)
		}
	}
	if texts, set := src.Flags[s.Flag]; set {
		val.Text, val.Level, val.Origin = texts, FromFlag, "--"+s.Flag
	}
	v.byFlag[s.Flag] = val
	if val.Level < FromEnv {
		return nil
	}
	return val.check()
}

func (val Value) check() error {
	if val.Check == nil {
		return nil
	}
	for _, text := range val.Text {
		if err := val.Check(text); err != nil {
			return &Error{Text: val.Origin + ": " + err.Error()}
		}
	}
	return nil
}

// ProjectFile is the nearest boathook.yaml from dir up to the root of the
// repository that dir is in; outside of a repository only dir counts. It is ""
// if there is none.
func ProjectFile(dir string) string {
	top := repository(dir)
	for {
		path := filepath.Join(dir, "boathook.yaml")
		if _, err := os.Lstat(path); err == nil {
			return path
		}
		parent := filepath.Dir(dir)
		if dir == top || parent == dir {
			return ""
		}
		dir = parent
	}
}

// repository is the folder with .git that dir is in, or dir itself.
func repository(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}

//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// pressed are what a command line becomes when its end is completed.
var pressed = []struct{ typed, want string }{
	{"boathook deliv", "boathook deliveries "},
	{"boathook help temp", "boathook help templates "},
	{"boathook tail sta", "boathook tail status:"},
	{"boathook tail sig:val", "boathook tail sig:valid"},
	{"boathook tail 'is:failed sig:val", "boathook tail 'is:failed sig:valid"},
	{`boathook tail "is:failed sig:val`, `boathook tail "is:failed sig:valid`},
	{"boathook deliveries list 'is:failed sig:valid' --col", "boathook deliveries list 'is:failed sig:valid' --color "},
	{"boathook tail --color=al", "boathook tail --color=always "},
	{"boathook trigger webconnex/reg", "boathook trigger webconnex/registration "},
	{"boathook trigger x y --chaos bad-sig,no", "boathook trigger x y --chaos bad-sig,no-sig "},
	{"boathook trigger x y --set a", "boathook trigger x y --set a"},
	{"boathook export - --filter is:fail", "boathook export - --filter is:failed"},
}

// completedBy presses the keys in a shell, whose setup binds one to a function that
// writes the line into a file and clears it.
func completedBy(t *testing.T, shell, setup string, args ...string) {
	path, err := exec.LookPath(shell)
	if err != nil {
		t.Skipf("left out: %s is not installed", shell)
	}
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, sub := range []string{"bin", "home", "work"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(name, filepath.Join(dir, "bin", "boathook")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".zshrc"), []byte(setup), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = filepath.Join(dir, "work")
	cmd.Env = []string{"PATH=" + filepath.Join(dir, "bin") + ":" + os.Getenv("PATH"), "HOME=" + filepath.Join(dir, "home"), "LINES_IN=" + dir, "ZDOTDIR=" + dir,
		"BOATHOOK_DATA=" + filepath.Join(dir, "data"), "TERM=xterm", "LANG=C.UTF-8"}
	s := startTerminal(t, cmd, 120, 40)
	s.shows("^READY>")
	for i, tt := range pressed {
		s.press(tt.typed + "\t\x18s")
		line := filepath.Join(dir, fmt.Sprintf("line%d", i+1))
		got := ""
		s.until(tt.typed+" is completed", func(string) bool {
			p, _ := os.ReadFile(line) // it is not there at first
			got = string(p)
			return strings.HasSuffix(got, "\n")
		})
		if got != tt.want+"\n" {
			t.Errorf("%s makes %q of %q, want %q", shell, strings.TrimSuffix(got, "\n"), tt.typed, tt.want)
		}
	}
}

func TestCompletionInZsh(t *testing.T) {
	t.Parallel()
	completedBy(t, "zsh", `
autoload -Uz compinit && compinit -u -d $LINES_IN/dump
source <(boathook completion zsh)
integer pressed=0
show() { (( ++pressed )); print -r -- "$BUFFER" > $LINES_IN/line$pressed; BUFFER= }
zle -N show
bindkey '^Xs' show
PS1='READY>'
`, "-d", "-i")
}

func TestCompletionInFish(t *testing.T) {
	t.Parallel()
	completedBy(t, "fish", `
set -g fish_greeting
boathook completion fish | source
set -g pressed 0
function show
    set -g pressed (math $pressed + 1)
    set -l line (commandline)
    printf '%s\n' "$line" > $LINES_IN/line$pressed
    commandline ''
end
bind \cxs show
function fish_prompt
    printf 'READY>'
end
`, "--no-config", "-i", "--init-command", "source $ZDOTDIR/.zshrc")
}

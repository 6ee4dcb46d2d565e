package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// rewriting is a place of a shell's completion script that is put another way.
type rewriting struct{ from, to string }

// A filter in quotes is one word, also while its second quote is still to come. The
// scripts as they are made take quotes for part of the word, or split it at spaces.
var (
	zshWords = []rewriting{
		{`words=("${=words[1,CURRENT]}")`, `words=("${(@)words[1,CURRENT]}")`},
		{`requestComp="${words[1]} __complete ${words[2,-1]}"`, `requestComp="${words[1]} __complete ${(j: :)${(@qq)${(@Q)words[2,-2]}}} ${(qq)${(Q)PREFIX}}"`},
		{`requestComp="${requestComp} \"\""`, `:`},
		// Rows with the same explanation are put together otherwise, and out of their order.
		{"compdef _boathook boathook\n", "compdef _boathook boathook\nzstyle ':completion:*:*:boathook:*' list-grouped false\n"},
	}
	fishWords = []rewriting{
		{"set -l args (commandline -opc)", "set -l args (commandline -opc | string escape)"},
		{"set -l lastArg (string escape -- (commandline -ct))", "set -l lastArg (string escape -- (__boathook_bare (commandline -ct)))"},
		{"set -l prefix (commandline -t | string escape --style=regex)", "set -l prefix (__boathook_bare (commandline -t) | string escape --style=regex)"},
	}
)

// fishBare stands before the completion of fish, which asks for what is in it.
const fishBare = `# A word without its quotes, the last of which may be still to come.
function __boathook_bare
    string unescape -- "$argv"; or string unescape -- "$argv'"; or string unescape -- "$argv\""; or printf '%s\n' "$argv"
end

`

// zshCompletion is the completion script of zsh.
func zshCompletion(root *cobra.Command) (string, error) {
	var b bytes.Buffer
	if err := root.GenZshCompletion(&b); err != nil {
		return "", err
	}
	return rewrite(b.String(), zshWords)
}

// fishCompletion is the completion script of fish.
func fishCompletion(root *cobra.Command) (string, error) {
	var b bytes.Buffer
	if err := root.GenFishCompletion(&b, true); err != nil {
		return "", err
	}
	script, err := rewrite(b.String(), fishWords)
	return fishBare + script, err
}

func rewrite(script string, all []rewriting) (string, error) {
	for _, r := range all {
		if strings.Count(script, r.from) != 1 {
			return "", fmt.Errorf("the completion script has %q %d times, and not once", r.from, strings.Count(script, r.from))
		}
		script = strings.Replace(script, r.from, r.to, 1)
	}
	return script, nil
}

package portable

import (
	"errors"
	"strings"
	"testing"
)

// What is nested without end must not use up the stack, which would end the process;
// long scripts and long bodies are read all the same.
func TestNestedScripts(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"$(", "$((", "${a:-", `"$(`, "! ", "if ", "{ ", "a | ", "a && ", "$((!", "(\n", "f() ", "time ", "$(\n"} {
		var long *longCommand
		if _, err := parseScript(strings.Repeat(part, 8<<20/len(part))); !errors.As(err, &long) || long.line == 0 {
			t.Errorf("%q: %.200v", part, err)
		}
	}
	const command = "curl http://a/ -d 'x'\n"
	all, err := parseScript(strings.Repeat(command, 40_000) + "base64 -d <<'END' |\n" + strings.Repeat("YWJj", 1<<20) + "\nEND\ncurl http://a/ --data-binary @-\n" + command)
	if err != nil || len(all) != 40_002 {
		t.Errorf("%d commands, %v", len(all), err)
	}
}

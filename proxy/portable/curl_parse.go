package portable

import (
	"fmt"
	"io"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxCommand is the longest command of a script, without the lines of base64 that
// exports write. The parser calls itself for what is nested, "$($($(", and a stack
// that is full ends the process: at this length it is some hundred MiB at most.
const maxCommand = 256 << 10

// parseScript reads a shell script. The error is a syntax.ParseError, or a
// [*longCommand].
func parseScript(script string) ([]*syntax.Stmt, error) {
	r := &commandReader{rest: script}
	var all []*syntax.Stmt
	for s, err := range syntax.NewParser(syntax.Variant(syntax.LangBash)).StmtsSeq(r) {
		if r.long != nil {
			return nil, r.long
		}
		if err != nil {
			return nil, err
		}
		all = append(all, s)
		r.used = 0
	}
	return all, nil
}

// longCommand says that a command is too long to be read.
type longCommand struct{ line int }

func (e *longCommand) Error() string {
	return fmt.Sprintf("a command is longer than %d KiB; write its body as exports do, as base64 -d of a here-document", maxCommand>>10)
}

// commandReader hands out a script line by line, so long as no command is too long.
type commandReader struct {
	rest string
	line int // that was handed out last, from 1
	left string
	used int // bytes since the end of the last command
	long *longCommand
}

func (r *commandReader) Read(p []byte) (int, error) {
	if r.long != nil {
		return 0, r.long
	}
	if r.left == "" {
		if r.rest == "" {
			return 0, io.EOF
		}
		n := strings.IndexByte(r.rest, '\n') + 1
		if n == 0 {
			n = len(r.rest)
		}
		r.left, r.rest = r.rest[:n], r.rest[n:]
		r.line++
		if r.used += nestable(r.left); r.used > maxCommand {
			r.long = &longCommand{r.line}
			return 0, r.long
		}
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

// nestable is how many bytes of a line may nest something: of one word of base64,
// very few.
func nestable(line string) int {
	for i := range len(line) {
		c := line[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '+' && c != '/' && c != '=' && c != '\n' {
			return len(line)
		}
	}
	return min(len(line), 16)
}

package main

import (
	"bufio"
	"io"
	"strings"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

// maxShownHead bounds the head that is freed of its carriage returns for a terminal.
const maxShownHead = 1 << 20

// copyMessage prints a message for a person: the lines of its head as lines, its body
// with every control character as an escape.
func (a *app) copyMessage(r io.ReadCloser) error {
	defer r.Close()
	in := bufio.NewReader(r)
	for shown := 0; shown < maxShownHead; {
		line, err := in.ReadString('\n')
		shown += len(line)
		text := strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if err != nil && line == "" {
			break
		}
		if err := a.out.Printf("%s\n", terminal.Safe(text)); err != nil {
			return err
		}
		if text == "" || err != nil {
			break
		}
	}
	return printSafe(a.out, in)
}

// printSafe ends with a line end, so that the prompt stands on its own line.
func printSafe(w io.Writer, r io.Reader) error {
	last := &lastByte{w: w}
	safe := terminal.NewSafeWriter(last)
	if _, err := io.Copy(safe, r); err != nil {
		return err
	}
	if err := safe.Close(); err != nil {
		return err
	}
	if last.b != '\n' && last.b != 0 {
		_, err := io.WriteString(w, "\n")
		return err
	}
	return nil
}

type lastByte struct {
	w io.Writer
	b byte
}

func (l *lastByte) Write(p []byte) (int, error) {
	n, err := l.w.Write(p)
	if n > 0 {
		l.b = p[n-1]
	}
	return n, err
}

package main

import (
	"bufio"
	"errors"
	"os"
	"strings"

	"github.com/boathook/boathook/web/client"
)

// confirm asks before something that cannot be undone. Where nobody can be
// asked it refuses.
func (a *app) confirm(question string) error {
	if a.flags.yes {
		return nil
	}
	if !a.asks() {
		return usage("add --yes", "this needs a yes, and nobody can be asked: %s", question)
	}
	if err := a.err.Printf("%s [y/N] ", question); err != nil {
		return err
	}
	answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && answer == "" {
		return fail(exitFailed, "", "nothing was done")
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return fail(exitFailed, "", "nothing was done")
}

func problemOf(err error) (*client.Problem, bool) {
	var p *client.Problem
	return p, errors.As(err, &p)
}

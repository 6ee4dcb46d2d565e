package main

import (
	"bufio"
	"context"
	"errors"
	"os"
	"strings"

	"github.com/boathook/boathook/web/client"
)

// confirm asks before something that cannot be undone. Where nobody can be
// asked it refuses.
func (a *app) confirm(ctx context.Context, question string) error {
	if a.flags.yes {
		return nil
	}
	if !a.asks() {
		return usage("add --yes", "this needs a yes, and nobody can be asked: %s", question)
	}
	if err := a.err.Printf("%s [y/N] ", question); err != nil {
		return err
	}
	// Reading cannot be called off; after an interrupt the process ends, and with
	// it whoever still reads.
	answers := make(chan string, 1)
	go func() {
		answer, err := bufio.NewReader(os.Stdin).ReadString('\n') // no answer is a no
		if err != nil {
			_ = a.err.Printf("\n") // the question stands alone on its line
		}
		answers <- answer
	}()
	var answer string
	select {
	case answer = <-answers:
	case <-ctx.Done():
		return ctx.Err()
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

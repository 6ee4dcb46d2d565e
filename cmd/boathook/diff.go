package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/inspector"
)

const exitDifferent = 8 // diff --exit-code found differences

type diffFlags struct {
	part     string
	ignore   []string
	exitCode bool
	patch    bool
	secrets  bool
}

func (a *app) diffCommand() *cobra.Command {
	f := diffFlags{part: inspector.Request.String()}
	cmd := &cobra.Command{
		Use: "diff A B", Short: "say how two deliveries differ", Args: exactly(2), ValidArgsFunction: a.completeAttempts,
		Long: "Say how two deliveries, or two attempts, differ: start lines, headers, and bodies as JSON, as text or as bytes.\n" + idForms + "\n" +
			"ID:ATTEMPT is one attempt of it, as numbered by boathook deliveries view.\n\n" +
			"A text comes as a unified diff, bytes as their offsets and hexadecimal digits. ~ is changed, + only the second has, - only the first has, = is the same value written otherwise, which a signature sees,\n" +
			"and > is an array in another order. In a pipe the columns are, separated by tabs: where (start, header or body), the sign,\n" +
			"the path, the first value and the second one. What is hidden stands as [redacted] unless --secrets, --patch or --json is given.",
		Example: "  boathook diff 12390 12406\n  boathook diff 12406:0 12406:2 --part response\n  boathook diff @last @failed --ignore ts,'*.id' --exit-code",
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.part != inspector.Request.String() && f.part != inspector.Response.String() {
				return usage("", "--part: want request or response, got %q", clip(f.part))
			}
			if f.patch && a.flags.json {
				return usage("the JSON of diff holds the patch: --jq .body.patch", "--patch does not go with --json")
			}
			return a.with(cmd.Context(), func(s *session) error { return a.diff(cmd.Context(), s, args[0], args[1], &f) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.part, "part", f.part, "request or response")
	flags.StringSliceVar(&f.ignore, "ignore", nil, "keys and paths that do not count: ts, data.items[*].id, header.date (repeatable)")
	flags.BoolVar(&f.exitCode, "exit-code", false, "exit with 8 if they differ")
	flags.BoolVar(&f.patch, "patch", false, "write the JSON Patch (RFC 6902) from the first body to the second")
	flags.BoolVar(&f.secrets, "secrets", false, "with what is hidden")
	_ = cmd.RegisterFlagCompletionFunc("part", cobra.FixedCompletions([]string{"request", "response"}, cobra.ShellCompDirectiveNoFileComp)) // the flag is there
	return cmd
}

func (a *app) diff(ctx context.Context, s *session, first, second string, f *diffFlags) error {
	refs := [2]string{}
	for i, word := range []string{first, second} {
		var err error
		if refs[i], err = s.attemptRef(ctx, word); err != nil {
			return err
		}
	}
	v, err := s.Compare(ctx, refs[0], refs[1], f.part, f.ignore)
	if problem, ok := problemOf(err); ok && problem.Status == 404 {
		return fail(exitNotFound, "see what there is: boathook deliveries view "+quoteArg(clip(idOf(first))), "%w", err)
	}
	if err != nil {
		return err
	}
	switch {
	case a.flags.json:
		err = a.emit(v)
	case f.patch:
		err = a.printPatch(&v)
	default:
		if !f.secrets {
			a.hideChanges(&v)
		}
		err = a.printDiff(&v)
	}
	if err == nil && f.exitCode && !v.Equal {
		return &fault{exitDifferent, fmt.Errorf("%s and %s differ", first, second), ""}
	}
	return err
}

// attemptRef resolves an id with or without the number of an attempt.
func (s *session) attemptRef(ctx context.Context, word string) (string, error) {
	id, attempt, given := strings.Cut(word, ":")
	if given && (attempt == "" || strings.Trim(attempt, "0123456789") != "") {
		return "", usage("for example 12406:1; see the numbers: boathook deliveries view "+quoteArg(clip(id)), "%q: want the number of an attempt after the colon", clip(word))
	}
	ref, err := s.known(ctx, id)
	if given && err == nil {
		ref += ":" + attempt
	}
	return ref, err
}

// completeAttempts proposes deliveries, and after the colon the attempts of one.
func (a *app) completeAttempts(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	id, _, chosen := strings.Cut(word, ":")
	if !chosen || slices.Contains([]string{"", "@last", "@failed"}, id) {
		return a.completeIDs(cmd, args, word)
	}
	return a.completing(cmd, func(ctx context.Context, s *session) []string {
		d, err := s.Delivery(ctx, strings.TrimPrefix(id, "#"))
		if err != nil {
			return nil
		}
		var words []string
		for i := range d.Attempts {
			at := &d.Attempts[i]
			words = append(words, id+":"+number(float64(at.K))+"\t"+at.Kind+" "+at.Target)
		}
		return words
	})
}

// idOf is a word of diff without its attempt.
func idOf(word string) string {
	id, _, _ := strings.Cut(word, ":")
	return id
}

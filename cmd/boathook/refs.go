package main

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// idForms says the same in a help text.
const idForms = "An id is 12406, #12406, a whole id or its first letters, @last or @failed."

const refForms = "an id is 12406, #12406, a whole id or its first letters, @last or @failed"

// resolve finds the delivery that a word names, in the form the API takes.
func (s *session) resolve(ctx context.Context, word string) (string, error) {
	switch number := strings.TrimPrefix(word, "#"); {
	case word == "@last":
		return s.newest(ctx, "", "nothing was received yet")
	case word == "@failed":
		return s.newest(ctx, "is:failed", "no delivery failed")
	case isNumber(number):
		return number, nil
	}
	if id, err := inspector.ParseID(strings.ToLower(word)); err == nil {
		return id.String(), nil
	}
	return s.byPrefix(ctx, strings.ToLower(word))
}

func isNumber(s string) bool {
	n, err := strconv.ParseUint(s, 10, 64)
	return err == nil && n > 0
}

func (s *session) newest(ctx context.Context, query, none string) (string, error) {
	for opt := (client.ListOptions{Query: query, Limit: 1}); ; {
		page, err := s.List(ctx, opt)
		switch {
		case err != nil:
			return "", err
		case len(page.Rows) > 0:
			return page.Rows[0].ID.String(), nil
		case page.Next == "":
			return "", fail(exitNotFound, "", "%s", none)
		}
		opt.Before = page.Next
	}
}

// byPrefix looks for the only delivery whose id begins so.
func (s *session) byPrefix(ctx context.Context, prefix string) (string, error) {
	if len(prefix) < 4 || strings.Trim(prefix, "0123456789abcdef-") != "" {
		return "", usage(refForms, "%q is no id", clip(prefix))
	}
	found := ""
	for row, err := range s.All(ctx, "id:"+prefix) {
		if err != nil {
			return "", err
		}
		if !strings.HasPrefix(row.ID.String(), prefix) {
			continue
		}
		if found != "" {
			return "", usage("type more of it", "several ids begin with %s", prefix)
		}
		found = row.ID.String()
	}
	if found == "" {
		return "", fail(exitNotFound, refForms, "no delivery's id begins with %s", prefix)
	}
	return found, nil
}

// unknownDelivery names the delivery in a 404.
func unknownDelivery(word string, err error) error {
	var p *client.Problem
	if errors.As(err, &p) && p.Status == 404 {
		return fail(exitNotFound, "list them: boathook deliveries list", "there is no delivery %s", clip(word))
	}
	return err
}

// joinWords makes a filter of the words of a command line.
func joinWords(words []string) string { return strings.Join(words, " ") }

// known is resolve, and makes sure that there is such a delivery.
func (s *session) known(ctx context.Context, word string) (string, error) {
	ref, err := s.resolve(ctx, word)
	if err != nil {
		return "", err
	}
	if _, err := s.Delivery(ctx, ref); err != nil {
		return "", unknownDelivery(word, err)
	}
	return ref, nil
}

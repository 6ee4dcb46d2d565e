package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
)

// sortedAtOnce is how many sorted deliveries are fetched with one request.
const sortedAtOnce = 100

// listSorted lists deliveries by one value of their content, - before it for
// downwards. limit 0 is for all.
func (a *app) listSorted(ctx context.Context, s *session, query, by string, limit int) error {
	column, down := strings.CutPrefix(by, "-")
	order, err := s.Order(ctx, query, column)
	if p, ok := problemOf(err); ok && p.Field == "by" {
		return usage("for example --sort -body.data.total", "--sort: %s", p.Error())
	}
	if err != nil {
		return a.pointAt(query, err)
	}
	if down {
		slices.Reverse(order.N)
	}
	if limit > 0 && len(order.N) > limit {
		order.N = order.N[:limit]
	}
	var rows []inspector.Row
	for part := range slices.Chunk(order.N, sortedAtOnce) {
		got, err := s.byNumber(ctx, part)
		if err != nil {
			return err
		}
		rows = append(rows, got...)
	}
	if len(rows) == 0 && !a.flags.json {
		a.say("no delivery that matches has %s", terminal.Safe(column))
		return nil
	}
	if !order.Complete {
		a.say("%s only the newest %s that match were looked at; narrow the filter for others", a.err.Warn.Sprint("note:"), terminal.Count(order.Rows))
	}
	return a.printRows(rows)
}

// byNumber fetches deliveries, in the order of their numbers. Those that are gone by
// now are left out.
func (s *session) byNumber(ctx context.Context, numbers []uint64) ([]inspector.Row, error) {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.FormatUint(n, 10)
	}
	found := map[uint64]inspector.Row{}
	for row, err := range s.All(ctx, "n:"+strings.Join(words, ",")) {
		if err != nil {
			return nil, err
		}
		found[row.N] = row
	}
	var rows []inspector.Row
	for _, n := range numbers {
		if row, there := found[n]; there {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

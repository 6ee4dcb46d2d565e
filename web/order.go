package web

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// Bounds of an order by what deliveries contain, which no index has.
const (
	orderRows   = client.OrderRows
	orderBudget = 2 * time.Second // after it the rest is left out
	orderWait   = 3 * time.Second // for others who ask
	orderPage   = 500
)

// listOrder sorts the newest deliveries of a filter by one value of their content.
func (s *Server) listOrder(c *fiber.Ctx) error {
	q, err := s.queryOf(c)
	if err != nil {
		return err
	}
	by, err := inspector.ParsePick(c.Query("by"))
	if err != nil {
		return badParameter("by", err.Error())
	}
	ctx, cancel := s.reading(c)
	defer cancel()
	// Each holds a value of many deliveries, so few are made at a time.
	select {
	case s.ordering <- struct{}{}:
		defer func() { <-s.ordering }()
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(orderWait):
		return problem(503, "busy", "others are being sorted", "two lists are being sorted already; try again in a moment")
	}
	v := client.Order{By: by.String(), N: []uint64{}, Rank: []int{}}
	values, err := s.orderValues(ctx, q, by, &v)
	if err != nil {
		return err
	}
	slices.SortFunc(values, func(a, b orderValue) int { return cmp.Or(a.compare(b), cmp.Compare(b.n, a.n)) })
	rank := 0
	for i := range values {
		if i > 0 && values[i].compare(values[i-1]) != 0 {
			rank++
		}
		v.N, v.Rank = append(v.N, values[i].n), append(v.Rank, rank)
	}
	return sendJSON(c, 200, v)
}

// orderValue is the value of a delivery. Numbers come before text.
type orderValue struct {
	n      uint64
	number float64
	text   string
	isText bool
}

func (a orderValue) compare(b orderValue) int {
	switch {
	case a.isText != b.isText:
		if a.isText {
			return 1
		}
		return -1
	case a.isText:
		return cmp.Compare(a.text, b.text)
	}
	return cmp.Compare(a.number, b.number)
}

func (s *Server) orderValues(ctx context.Context, q *inspector.Query, by inspector.Pick, v *client.Order) ([]orderValue, error) {
	var values []orderValue
	end := time.Now().Add(orderBudget)
	list := inspector.ListQuery{Workspace: s.ws, Query: q, Limit: orderPage}
	for {
		if list.Budget = time.Until(end); list.Budget <= 0 {
			return values, nil
		}
		page, err := s.opt.Store.List(ctx, list)
		if err != nil {
			return nil, err
		}
		for i := range page.Rows {
			row := &page.Rows[i]
			if v.Rows == orderRows || time.Now().After(end) {
				return values, nil
			}
			v.Rows++
			got, err := inspector.PickValues(row, inspector.StoreContent(ctx, s.opt.Store, s.ws, row.ID), []inspector.Pick{by})
			if errors.Is(err, inspector.ErrNotFound) {
				continue // it was deleted meanwhile
			}
			if err != nil {
				return nil, err
			}
			if got[0] != nil {
				values = append(values, valueToOrder(row.N, *got[0]))
			}
		}
		if page.Next == "" {
			v.Complete = true
			return values, nil
		}
		list.Before = page.Next
	}
}

func valueToOrder(n uint64, text string) orderValue {
	if f, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil && f == f { // NaN is no number
		return orderValue{n: n, number: f}
	}
	return orderValue{n: n, text: strings.ToLower(text), isText: true}
}

package web

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

const (
	maxColumns   = 12                     // columns that are read at once
	columnRows   = 100                    // deliveries that they are read of
	columnBudget = 500 * time.Millisecond // after it the rest is left out
)

// listColumns tells values of the content of some deliveries, for the rows that
// a list has on screen.
func (s *Server) listColumns(c *fiber.Ctx) error {
	columns, err := columnsOf(c.Query("columns"))
	if err != nil {
		return err
	}
	numbers := strings.Split(c.Query("n"), ",")
	if len(numbers) > columnRows {
		return badParameter("n", "n must name at most "+strconv.Itoa(columnRows)+" deliveries")
	}
	v := client.Columns{Columns: make([]string, len(columns)), Hidden: make([]bool, len(columns)), Rows: []client.ColumnRow{}, Complete: true}
	for i := range columns {
		v.Columns[i], v.Hidden[i] = columns[i].String(), s.rules().Pick(columns[i])
	}
	ctx, cancel := s.reading(c)
	defer cancel()
	end := time.Now().Add(columnBudget)
	for _, ref := range numbers {
		if n, err := strconv.ParseUint(ref, 10, 64); err != nil || n == 0 {
			return badParameter("n", "n must be running numbers with commas between, as in n=12406,12407")
		}
		if time.Now().After(end) {
			v.Complete = false
			break
		}
		row, err := s.columnRow(ctx, ref, columns)
		if errors.Is(err, inspector.ErrNotFound) {
			continue // it was deleted meanwhile
		}
		if err != nil {
			return err
		}
		v.Rows = append(v.Rows, row)
		for i, value := range row.Values {
			v.Hidden[i] = v.Hidden[i] || value != nil && columns[i].OfBody() && s.rules().Within(*value)
		}
	}
	return sendJSON(c, 200, v)
}

func (s *Server) columnRow(ctx context.Context, ref string, columns []inspector.Pick) (client.ColumnRow, error) {
	row, err := s.rowOf(ctx, ref)
	if err != nil {
		return client.ColumnRow{}, err
	}
	values, err := inspector.PickValues(&row, inspector.StoreContent(ctx, s.opt.Store, s.ws, row.ID), columns)
	for _, v := range values {
		if v != nil {
			*v = escaped(*v)
		}
	}
	return client.ColumnRow{N: row.N, Values: values}, err
}

// columnsOf reads names with commas between.
func columnsOf(text string) ([]inspector.Pick, error) {
	names := strings.Split(text, ",")
	if len(names) > maxColumns {
		return nil, badParameter("columns", "columns must be at most "+strconv.Itoa(maxColumns))
	}
	columns := make([]inspector.Pick, len(names))
	for i, name := range names {
		var err error
		if columns[i], err = inspector.ParsePick(name); err != nil {
			return nil, badParameter("columns", err.Error())
		}
	}
	return columns, nil
}

// countDeliveries tells how many deliveries match, as far as can be counted
// quickly.
func (s *Server) countDeliveries(c *fiber.Ctx) error {
	q, err := s.queryOf(c)
	if err != nil {
		return err
	}
	ctx, cancel := s.reading(c)
	defer cancel()
	var v client.Count
	end := time.Now().Add(columnBudget)
	list := inspector.ListQuery{Workspace: s.ws, Query: q, Limit: 4096}
	for {
		if list.Budget = time.Until(end); list.Budget <= 0 {
			return sendJSON(c, 200, v)
		}
		page, err := s.opt.Store.List(ctx, list)
		if err != nil {
			return err
		}
		v.Count += len(page.Rows)
		if page.Next == "" {
			v.Complete = true
			return sendJSON(c, 200, v)
		}
		list.Before = page.Next
	}
}

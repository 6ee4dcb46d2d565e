package client

import (
	"context"
	"net/http"
)

// Columns are values of the content of some deliveries.
type Columns struct {
	Columns  []string    `json:"columns"`
	Hidden   []bool      `json:"hidden"` // which of them are not for everybody who looks
	Rows     []ColumnRow `json:"rows"`
	Complete bool        `json:"complete"` // false: the time was up before all rows were read
}

// ColumnRow are the values of one delivery, nil where it has none, in the order
// of the columns. Long ones are cut.
type ColumnRow struct {
	N      uint64    `json:"n"`
	Values []*string `json:"values"`
}

// OrderRows is how many of the newest deliveries of a filter are sorted by what they
// contain.
const OrderRows = 20_000

// Order are deliveries sorted by one value of their content, upwards; those without
// it are left out.
type Order struct {
	By       string   `json:"by"`
	N        []uint64 `json:"n"`        // running numbers: numbers before text, newest first among equals
	Rank     []int    `json:"rank"`     // from 0, the same for equal values
	Rows     int      `json:"rows"`     // how many of the newest were looked at
	Complete bool     `json:"complete"` // these are all that match
}

// Order sorts the newest deliveries that match by a column, as in Columns.
func (c *Client) Order(ctx context.Context, query, by string) (Order, error) {
	var v Order
	err := c.call(ctx, http.MethodGet, withQuery("/order", "q", query, "by", by), nil, &v)
	return v, err
}

// Count is how many deliveries match a filter.
type Count struct {
	Count    int  `json:"count"`
	Complete bool `json:"complete"` // false: the time was up, there are at least Count
}

// Count counts the deliveries that match; "" counts all.
func (c *Client) Count(ctx context.Context, query string) (Count, error) {
	var v Count
	err := c.call(ctx, http.MethodGet, withQuery("/count", "q", query), nil, &v)
	return v, err
}

package client

import (
	"context"
	"net/http"
	"strings"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/compare"
)

// Comparison says how two messages differ.
type Comparison struct {
	A    Side   `json:"a"`
	B    Side   `json:"b"`
	Part string `json:"part"` // request or response
	compare.Report
}

// Side is the message of one delivery.
type Side struct {
	Row inspector.Row `json:"row"`
	K   int           `json:"k"` // number of the attempt
}

// Compare tells two messages apart. a and b name deliveries by id or number, and
// after a colon the attempt. part is request (also if empty) or response. ignore
// lists keys and paths that do not count.
func (c *Client) Compare(ctx context.Context, a, b, part string, ignore []string) (Comparison, error) {
	var v Comparison
	err := c.call(ctx, http.MethodGet, withQuery("/compare", "a", a, "b", b, "part", part, "ignore", strings.Join(ignore, ",")), nil, &v)
	return v, err
}

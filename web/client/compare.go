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
	// Within names what is hidden within the bodies, in which a text, bytes and a patch
	// tell it too.
	Within []string `json:"within"`
	compare.Report
}

// Side is the message of one delivery, or a sample of the catalogue.
type Side struct {
	Row    inspector.Row `json:"row,omitzero"` // not of a sample
	K      int           `json:"k"`            // number of the attempt
	Sample string        `json:"sample,omitempty"`
}

// Compare tells two messages apart. a and b name deliveries by id or number, and
// after a colon the attempt; sample:provider/event is the catalogue's sample, of
// which only the body is compared. part is request (also if empty) or response. ignore
// lists keys and paths that do not count.
func (c *Client) Compare(ctx context.Context, a, b, part string, ignore []string) (Comparison, error) {
	var v Comparison
	err := c.call(ctx, http.MethodGet, withQuery("/compare", "a", a, "b", b, "part", part, "ignore", strings.Join(ignore, ",")), nil, &v)
	return v, err
}

package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/boathook/boathook/inspector"
)

// ListOptions ask for a page. The zero value is the newest 50.
type ListOptions struct {
	Query  string // filter, "" for all
	Limit  int    // 1 to 200; 0: 50
	Before string // Page.Next of the page before
}

// List returns a page of deliveries, newest first.
func (c *Client) List(ctx context.Context, opt ListOptions) (Page, error) {
	var page Page
	err := c.call(ctx, "GET", withQuery("/deliveries", "q", opt.Query, "limit", limitText(opt.Limit), "before", opt.Before), nil, &page)
	return page, err
}

func limitText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// All returns all deliveries that match, newest first, as the server reads
// them. It ends after the first error.
func (c *Client) All(ctx context.Context, query string) iter.Seq2[inspector.Row, error] {
	return func(yield func(inspector.Row, error) bool) {
		resp, err := c.send(ctx, "GET", c.base+withQuery("/deliveries", "q", query), nil, "application/x-ndjson")
		if err != nil {
			yield(inspector.Row{}, err)
			return
		}
		defer resp.Body.Close()
		lines := bufio.NewReaderSize(resp.Body, 64<<10)
		for {
			line, err := lines.ReadBytes('\n')
			if errors.Is(err, io.EOF) && len(line) == 0 {
				return
			}
			if err != nil {
				yield(inspector.Row{}, fmt.Errorf("read the list: %w", noEOF(err)))
				return
			}
			row, err := readLine(line)
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// readLine reads a row, or the problem that broke the list off.
func readLine(line []byte) (inspector.Row, error) {
	var broken struct {
		Error *Problem `json:"error"`
	}
	if err := json.Unmarshal(line, &broken); err == nil && broken.Error != nil {
		return inspector.Row{}, broken.Error
	}
	var row inspector.Row
	if err := json.Unmarshal(line, &row); err != nil {
		return row, fmt.Errorf("read a line of the list: %w", err)
	}
	return row, nil
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Delivery returns a delivery by its id or running number.
func (c *Client) Delivery(ctx context.Context, ref string) (Delivery, error) {
	var d Delivery
	err := c.call(ctx, "GET", "/deliveries/"+url.PathEscape(ref), nil, &d)
	return d, err
}

// Raw opens the bytes of a message as they crossed the wire. Close it.
// With hide it is without what is hidden in it.
func (c *Client) Raw(ctx context.Context, ref string, attempt int, part inspector.Part, hide bool) (*Body, error) {
	resp, err := c.send(ctx, "GET", c.attempt(ref, attempt)+withQuery("/"+part.String()+".raw", "hide", flag(hide)), nil, "*/*") //nolint:bodyclose // the caller closes it
	if err != nil {
		return nil, err
	}
	return bodyOf(resp), nil
}

// flag is a parameter that is left out unless it is set.
func flag(on bool) string {
	if on {
		return "1"
	}
	return ""
}

func bodyOf(resp *http.Response) *Body {
	b := &Body{ReadCloser: resp.Body, Truncated: resp.Header.Get("Boathook-Truncated") == "true", Size: resp.ContentLength}
	for name := range strings.SplitSeq(resp.Header.Get("Boathook-Hidden"), ",") {
		if plain, err := url.QueryUnescape(name); err == nil && plain != "" {
			b.Hidden = append(b.Hidden, plain)
		}
	}
	return b
}

// BodyOptions say what of a body is wanted.
type BodyOptions struct {
	Decoded bool // free of its Content-Encoding, at most 8 MiB
	Hide    bool // without what is hidden in it
	// From and To ask for a range of bytes, inclusive, unless both are 0. To -1 is
	// the end.
	From, To int64
}

// Body is a stored body that is being read.
type Body struct {
	io.ReadCloser
	Truncated bool  // the decoded body is longer than what is answered
	Size      int64 // bytes that follow, -1 if unknown
	// Hidden names what is hidden in it.
	Hidden []string
}

// Body opens a body, freed of chunk framing. Close it.
func (c *Client) Body(ctx context.Context, ref string, attempt int, part inspector.Part, opt BodyOptions) (*Body, error) {
	var header []string
	if opt.From != 0 || opt.To != 0 {
		header = []string{"Range", rangeText(opt.From, opt.To)}
	}
	path := c.attempt(ref, attempt) + withQuery("/"+part.String()+"/body", "decoded", flag(opt.Decoded), "hide", flag(opt.Hide))
	resp, err := c.send(ctx, "GET", path, nil, "*/*", header...) //nolint:bodyclose // the caller closes it
	if err != nil {
		return nil, err
	}
	return bodyOf(resp), nil
}

func rangeText(from, to int64) string {
	if to < 0 {
		return fmt.Sprintf("bytes=%d-", from)
	}
	return fmt.Sprintf("bytes=%d-%d", from, to)
}

func (c *Client) attempt(ref string, attempt int) string {
	return fmt.Sprintf("%s/deliveries/%s/attempts/%d", c.base, url.PathEscape(ref), attempt)
}

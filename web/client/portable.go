package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// MaxImport is the most that one request of an import carries, in bytes. JSON
// Lines may be longer in all: they are sent in pieces.
const MaxImport = 64 << 20

// MaxText is the most that a request carries, in bytes, which holds the body of an
// event, or a description of a provider.
const MaxText = 24 << 20

// importPiece is how much of a longer file of JSON Lines one request carries; with
// the longest line on top it stays below MaxImport.
const importPiece = 16 << 20

// Imported says what became of a file.
type Imported struct {
	Format   string        `json:"format"`
	Imported int           `json:"imported"`
	Skipped  int           `json:"skipped"` // that were there already, by their ids
	Failed   int           `json:"failed"`  // entries that could not be read
	Errors   []ImportError `json:"errors"`  // the first of them
}

// ImportError is an entry that could not be read.
type ImportError struct {
	Line  int    `json:"line"`  // from 1; 0 if the file has no lines
	Entry int    `json:"entry"` // from 1, of a HAR or a script; 0 if it has none
	Byte  int64  `json:"byte"`  // -1 if not known
	Text  string `json:"text"`
}

// ImportOptions say how a file is read and filed. The zero value works.
type ImportOptions struct {
	Format    string // jsonl, har, curl or raw; "": told from its first bytes
	Recording string // name of the set that they belong to, "": none
	Inbox     string // of requests that come without one
	// Progress, if not nil, is told how many bytes were taken so far.
	Progress func(bytes int64)
}

// Export streams the deliveries of a filter, oldest first, in a format: jsonl, har,
// curl, raw or zip. Credentials are left out unless secrets is set. The caller
// closes it; a stream that ends early is an error of Read.
func (c *Client) Export(ctx context.Context, query, format string, secrets bool) (io.ReadCloser, error) {
	keep := ""
	if secrets {
		keep = "1"
	}
	resp, err := c.send(ctx, http.MethodGet, c.base+withQuery("/export", "q", query, "format", format, "secrets", keep), nil, "*/*")
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// Import stores the deliveries of a file. JSON Lines of any length are sent in
// pieces, of which each holds whole deliveries; all else is at most MaxImport long.
// What was imported before an error is in the result.
func (c *Client) Import(ctx context.Context, r io.Reader, opt ImportOptions) (Imported, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	total := Imported{Errors: []ImportError{}}
	lines, sent := 0, int64(0)
	held := []byte(nil) // the beginning of the next piece
	for first := true; ; first = false {
		piece, rest, end, err := nextPiece(in, held, opt.Format)
		if err != nil {
			return total, err
		}
		if len(piece) == 0 && !first {
			return total, nil
		}
		res, err := c.importPiece(ctx, piece, opt)
		if err != nil {
			return total, err
		}
		total.add(res, lines)
		if opt.Format == "" {
			opt.Format = res.Format
		}
		lines += bytes.Count(piece, []byte{'\n'})
		if sent += int64(len(piece)); opt.Progress != nil {
			opt.Progress(sent)
		}
		if held = rest; end && len(rest) == 0 {
			return total, nil
		}
	}
}

// nextPiece reads what one request carries. Of JSON Lines it is a number of whole
// deliveries, whose larger bodies stand before them in lines of their own; rest is
// what was read beyond.
func nextPiece(in *bufio.Reader, held []byte, format string) (piece, rest []byte, end bool, err error) {
	piece = held
	cut := 0 // behind the last whole delivery
	for {
		line, err := in.ReadSlice('\n')
		start := len(piece)
		piece = append(piece, line...)
		for errors.Is(err, bufio.ErrBufferFull) && len(piece) <= MaxImport {
			line, err = in.ReadSlice('\n')
			piece = append(piece, line...)
		}
		if errors.Is(err, io.EOF) {
			if len(piece) > MaxImport {
				return nil, nil, false, errTooLong
			}
			return piece, nil, true, nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, nil, false, fmt.Errorf("read the file: %w", err)
		}
		if isDelivery(piece[start:]) {
			cut = len(piece)
		}
		if len(piece) >= importPiece && cut > 0 && (format == "" || format == "jsonl") {
			return piece[:cut:cut], bytes.Clone(piece[cut:]), false, nil
		}
		if len(piece) > MaxImport {
			return nil, nil, false, errTooLong
		}
	}
}

var errTooLong = fmt.Errorf("the file is longer than %d MiB, and no JSON Lines with shorter deliveries", MaxImport>>20)

// isDelivery reports whether a line of JSON Lines ends a delivery.
func isDelivery(line []byte) bool {
	if !bytes.HasPrefix(line, []byte(`{"v":`)) {
		return false
	}
	head := line[:min(len(line), 64)]
	return !bytes.Contains(head, []byte(`"chunk":`))
}

func (c *Client) importPiece(ctx context.Context, piece []byte, opt ImportOptions) (Imported, error) {
	var v Imported
	url := c.base + withQuery("/import", "format", opt.Format, "recording", opt.Recording, "inbox", opt.Inbox)
	resp, err := c.send(ctx, http.MethodPost, url, rawBody(piece), typeJSON, "Content-Type", "application/octet-stream")
	if err != nil {
		return v, err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&v); err != nil {
		return v, fmt.Errorf("read the answer to an import: %w", err)
	}
	return v, nil
}

// maxImportErrors is how many errors of a file are told one by one.
const maxImportErrors = 20

// add adds what became of a further piece, which begins after so many lines.
func (v *Imported) add(next Imported, lines int) {
	v.Format = next.Format
	v.Imported += next.Imported
	v.Skipped += next.Skipped
	v.Failed += next.Failed
	for _, e := range next.Errors {
		if len(v.Errors) == maxImportErrors {
			return
		}
		if e.Line > 0 && lines > 0 {
			old := fmt.Sprintf("line %d:", e.Line)
			e.Line += lines
			e.Text = fmt.Sprintf("line %d:", e.Line) + string(bytes.TrimPrefix([]byte(e.Text), []byte(old)))
		}
		v.Errors = append(v.Errors, e)
	}
}

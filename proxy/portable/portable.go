// Package portable carries deliveries out of a store and into another: as JSON
// Lines without loss, and as HAR, curl commands, a shell script, a collection of
// Postman, raw HTTP and a ZIP of bodies, which other tools read.
//
// [Export] writes what a filter matches, oldest first. [Import] reads any of the
// forms that hold requests, one delivery at a time, so that files of any size
// pass through bounded memory.
package portable

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/mask"
)

// Format names a form that deliveries are carried in.
type Format string

const (
	JSONL Format = "jsonl" // one JSON object a line; keeps every byte
	HAR   Format = "har"   // HAR 1.2, an archive of a browser's tools
	Curl  Format = "curl"  // curl commands, which can be imported again
	Raw   Format = "raw"   // requests as they crossed the wire; a file holds one
	ZIP   Format = "zip"   // raw requests, responses and bodies, a file each

	// Script is a program for bash that sends everything again, with variables for the
	// target and for credentials.
	Script  Format = "sh"
	Postman Format = "postman" // a collection of Postman, v2.1
)

// Formats lists what [Export] writes.
var Formats = []Format{JSONL, HAR, Curl, Raw, ZIP, Script, Postman}

// ImportFormats lists what [Import] reads.
var ImportFormats = []Format{JSONL, HAR, Curl, Raw}

// ErrFormat is returned for a format that is not known, or not for this use.
var ErrFormat = errors.New("no such format")

// Item is a delivery with its attempts, on its way out.
type Item struct {
	Row      inspector.Row
	Attempts []inspector.Attempt
	body     func(inspector.BodyKey) (inspector.Body, error) // ErrNotFound for an empty one
	// line and parameter tell what carries a credential; nil if all is to be shown.
	line, parameter func(name string) bool
	// left names what is hidden within the bodies of an attempt.
	left map[int][]string
	held map[inspector.BodyKey]inspector.Body
}

// ExportOptions say what an export holds.
type ExportOptions struct {
	Format Format
	// Secrets keeps credentials, such as Authorization and cookies. Without it
	// their values are replaced, and what was is named.
	Secrets bool
	// Credentials names further header lines and "?" query parameters of a delivery
	// that carry one, such as what its endpoint is set to; nil: none are known.
	Credentials func(*inspector.Row) []string
	// Mask says what else is left out, by name and within bodies; nil: what names tell
	// by themselves.
	Mask *mask.Rules
	// Capture is the base URL of the capture port, for the addresses of requests
	// that an inbox received.
	Capture string
	Version string // of boathook, for the formats that name their maker
	// Mark makes the HMAC that JSON Lines are marked with, by which an import tells
	// what this store has exported; nil: they are not marked.
	Mark func() hash.Hash
}

// encoder writes one format.
type encoder interface {
	item(*Item) error
	close() error
}

// hider is an encoder that leaves credentials out by itself, as variables.
type hider interface{ hides() }

// surveyor is an encoder that is shown all deliveries first, without their bodies.
type surveyor interface{ survey(*Item) error }

// Export writes the deliveries that q matches, oldest first, and returns how many.
// Which these are is decided at the start: what comes later is left out, as is
// what is deleted before its turn.
func Export(ctx context.Context, w io.Writer, store inspector.Store, ws inspector.Workspace, q *inspector.Query, opt ExportOptions) (int, error) {
	enc, err := newEncoder(w, opt)
	if err != nil {
		return 0, err
	}
	ids, err := matching(ctx, store, ws, q)
	if err != nil {
		return 0, fmt.Errorf("find what to export: %w", err)
	}
	if opt.Format == Raw && len(ids) > 1 {
		return 0, fmt.Errorf("%w: raw holds one request and %d match; narrow the filter, or take zip", ErrFormat, len(ids))
	}
	each := func(do func(*Item) error) (n int, err error) {
		for _, id := range slices.Backward(ids) {
			it := Item{body: func(key inspector.BodyKey) (inspector.Body, error) { return store.Body(ctx, ws, key) }}
			if it.Row, err = store.Get(ctx, ws, id); errors.Is(err, inspector.ErrNotFound) {
				continue
			}
			if err == nil {
				it.Attempts, err = store.Attempts(ctx, ws, id)
			}
			if err == nil {
				err = it.hold()
			}
			if errors.Is(err, inspector.ErrNotFound) {
				// It may be gone since it was read.
				if _, gone := store.Get(ctx, ws, id); errors.Is(gone, inspector.ErrNotFound) {
					it.release()
					continue
				}
				if it.held != nil {
					err = nil // a body is not there, and nothing can be done about it
				}
			}
			if err == nil {
				err = it.conceal(enc, &opt)
			}
			if err == nil {
				err = do(&it)
			}
			it.release()
			if err != nil {
				return n, fmt.Errorf("export delivery #%d: %w", it.Row.N, err)
			}
			n++
		}
		return n, nil
	}
	if s, ok := enc.(surveyor); ok {
		if _, err := each(s.survey); err != nil {
			return 0, err
		}
	}
	n, err := each(enc.item)
	if err != nil {
		return n, err
	}
	return n, enc.close()
}

// conceal takes credentials out, or tells the encoder which they are.
func (it *Item) conceal(enc encoder, opt *ExportOptions) error {
	if opt.Secrets {
		return nil
	}
	if err := it.hideBodies(opt.Mask.Bodies()); err != nil {
		return err
	}
	var secrets []string
	if opt.Credentials != nil {
		secrets = opt.Credentials(&it.Row)
	}
	if _, ok := enc.(hider); ok {
		it.line, it.parameter = Credentials(it.Attempts, secrets, opt.Mask)
		it.redactAddresses(opt.Mask)
		return nil
	}
	it.redact(secrets, opt.Mask)
	return nil
}

func newEncoder(w io.Writer, opt ExportOptions) (encoder, error) {
	switch opt.Format {
	case JSONL:
		return newLines(w, opt.Mark), nil
	case HAR:
		return newHAR(w, opt), nil
	case Curl:
		return newCurl(w, opt), nil
	case Raw:
		return rawEncoder{w}, nil
	case ZIP:
		return newZIP(w), nil
	case Script:
		return newScript(w, opt), nil
	case Postman:
		return newPostman(w, opt), nil
	}
	return nil, fmt.Errorf("%w: %.40q; there are %v", ErrFormat, opt.Format, Formats)
}

// matching lists the ids of all matches, newest first: 16 bytes each.
func matching(ctx context.Context, store inspector.Store, ws inspector.Workspace, q *inspector.Query) ([]inspector.ID, error) {
	var ids []inspector.ID
	list := inspector.ListQuery{Workspace: ws, Query: q, Limit: 4096}
	for {
		page, err := store.List(ctx, list)
		if err != nil {
			return nil, err
		}
		for i := range page.Rows {
			ids = append(ids, page.Rows[i].ID)
		}
		if page.Next == "" {
			return ids, nil
		}
		list.Before = page.Next
	}
}

// open opens a body; a body of no bytes is nil.
func (it *Item) open(key inspector.BodyKey) (inspector.Body, error) {
	b, err := it.body(key)
	if errors.Is(err, inspector.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open body %s: %w", key, err)
	}
	return b, nil
}

// copyBody writes a body to w.
func (it *Item) copyBody(w io.Writer, key inspector.BodyKey) error {
	b, err := it.open(key)
	if b == nil || err != nil {
		return err
	}
	defer b.Close()
	_, err = io.Copy(w, io.NewSectionReader(b, 0, b.Size()))
	return err
}

// small reads a body of at most limit bytes; false if it is larger.
func (it *Item) small(key inspector.BodyKey, limit int64) ([]byte, bool, error) {
	b, err := it.open(key)
	if b == nil || err != nil {
		return nil, true, err
	}
	defer b.Close()
	if b.Size() > limit {
		return nil, false, nil
	}
	p := make([]byte, b.Size())
	if _, err := b.ReadAt(p, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, false, fmt.Errorf("read body %s: %w", key, err)
	}
	return p, true, nil
}

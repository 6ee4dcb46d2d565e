package client

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// Scheme is a line of the list of schemes.
type Scheme struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Provider    string   `json:"provider"` // "" for a scheme of nobody's
	Algorithm   string   `json:"algorithm"`
	Encoding    string   `json:"encoding"`
	Header      string   `json:"header"` // where the signature stands, with "body:" or "query:" in front if not in a header
	Content     string   `json:"content"`
	SecretForm  string   `json:"secret_form"`
	Source      string   `json:"source"`
	Unconfirmed []string `json:"unconfirmed"`
	Custom      bool     `json:"custom"` // made by a user
	Rev         uint64   `json:"rev"`    // of a custom scheme, else 0
}

// Schemes are all schemes, ordered by id.
type Schemes struct {
	Schemes []Scheme `json:"schemes"`
}

// SchemeRow is a scheme with all it says.
type SchemeRow struct {
	signer.Scheme
	Covers  signer.Coverage `json:"covers"`
	Needs   []string        `json:"needs"` // what a check needs beside the request, see [signer.Scheme.Needs]
	Aliases []string        `json:"aliases"`
	Custom  bool            `json:"custom"`
	Rev     uint64          `json:"rev"`
}

// Code is a handler that verifies a scheme.
type Code struct {
	Language string `json:"language"` // one of signer.Languages
	Code     string `json:"code"`
}

// SignInput is a request that is to be signed. The zero value of every field but
// Scheme and Secret works.
type SignInput struct {
	Scheme     string            `json:"scheme"`
	Secret     string            `json:"secret"`
	Body       string            `json:"body,omitempty"`
	BodyBase64 string            `json:"body_base64,omitempty"` // instead of Body
	Method     string            `json:"method,omitempty"`      // "": POST
	URL        string            `json:"url,omitempty"`
	Headers    []inspector.Field `json:"headers,omitempty"` // those that it has already
	Context    map[string]string `json:"context,omitempty"`
	ID         string            `json:"id,omitempty"`  // of the message, "": a new one
	Now        string            `json:"now,omitempty"` // RFC 3339 or seconds since 1970
}

// Signed is what signing adds to a request.
type Signed struct {
	Headers []inspector.Field `json:"headers"`
	// BodyBase64 is the body to send instead, where the signature stands in it.
	BodyBase64 string `json:"body_base64,omitempty"`
	// URL is the address to send to instead, where the signature stands in it.
	URL string `json:"url,omitempty"`
}

// SchemeTrial is a scheme to be tried out. Scheme is a row, or a JSON string that
// holds one, whose mistakes are then named by line and column.
type SchemeTrial struct {
	Scheme json.RawMessage `json:"scheme"`
	Secret string          `json:"secret,omitempty"` // "": nothing is signed
	Body   string          `json:"body,omitempty"`
}

// SchemeTried says whether a scheme is sound and what it makes of a request.
type SchemeTried struct {
	OK      bool              `json:"ok"`
	Error   *SchemeMistake    `json:"error"`   // the first mistake, nil if OK
	Headers []inspector.Field `json:"headers"` // what signing adds
	Verdict string            `json:"verdict"` // of the signed request: valid, or unchecked without a secret; "" if not OK
}

// SchemeMistake is a mistake in a scheme, and its place where that is known: lines
// and columns count from 1.
type SchemeMistake struct {
	Field  string `json:"field"`
	Text   string `json:"text"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Schemes returns all schemes, the users' own among them.
func (c *Client) Schemes(ctx context.Context) ([]Scheme, error) {
	var v Schemes
	err := c.call(ctx, "GET", "/schemes", nil, &v)
	return v.Schemes, err
}

// Scheme returns a scheme by its id or alias.
func (c *Client) Scheme(ctx context.Context, id string) (SchemeRow, error) {
	var v SchemeRow
	err := c.call(ctx, "GET", "/schemes/"+url.PathEscape(id), nil, &v)
	return v, err
}

// CreateScheme stores a new scheme of the user's.
func (c *Client) CreateScheme(ctx context.Context, in signer.Scheme) (SchemeRow, error) {
	var v SchemeRow
	err := c.call(ctx, "POST", "/schemes", in, &v)
	return v, err
}

// UpdateScheme replaces a scheme of the user's if its revision is still in.Rev.
func (c *Client) UpdateScheme(ctx context.Context, in SchemeRow) (SchemeRow, error) {
	var v SchemeRow
	err := c.call(ctx, "PUT", "/schemes/"+url.PathEscape(in.ID), in, &v)
	return v, err
}

// DeleteScheme deletes a scheme of the user's. What is set to it is unchecked from
// then on.
func (c *Client) DeleteScheme(ctx context.Context, id string) error {
	return c.call(ctx, "DELETE", "/schemes/"+url.PathEscape(id), nil, nil)
}

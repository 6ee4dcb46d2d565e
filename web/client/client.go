// Package client is the Go client of boathook's API, which the command line
// uses for everything it does.
//
// [New] makes a client. Every call that the server refuses returns a [*Problem].
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client talks to one server. It is safe for concurrent use.
type Client struct {
	base  string // URL of the API, ending in /api/v1
	page  string // URL of the page, without a final slash
	token string
	http  *http.Client
}

// maxAnswer bounds a JSON answer, in bytes. Streams are not bounded.
const maxAnswer = 64 << 20

// New makes a client of the server at baseURL: the URL of its page, or of its
// API. hc may be nil. To reach a server in memory give an hc whose Transport is
// an [*http.Transport] with a DialContext; the feed uses that too.
func New(baseURL, token string, hc *http.Client) *Client {
	page := strings.TrimSuffix(strings.TrimRight(baseURL, "/"), "/api/v1")
	if hc == nil {
		// No proxy from the environment: the server is ours, and the token with it.
		hc = &http.Client{Transport: &http.Transport{
			MaxIdleConnsPerHost: 8, IdleConnTimeout: 30 * time.Second, ResponseHeaderTimeout: 2 * time.Minute,
		}}
	}
	return &Client{base: page + "/api/v1", page: page, token: token, http: hc}
}

// rawBody is a body that is sent as it is.
type rawBody []byte

// send makes a request and returns the answer if it is a success.
func (c *Client) send(ctx context.Context, method, url string, body any, accept string, header ...string) (*http.Response, error) {
	var content io.Reader
	if raw, ok := body.(rawBody); ok {
		content = bytes.NewReader(raw)
	} else if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("write a request: %w", err)
		}
		content = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, content)
	if err != nil {
		return nil, fmt.Errorf("make a request: %w", err)
	}
	if body != nil || method == http.MethodPost || method == http.MethodPut {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	req.Header.Set("Accept", accept)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask boathook: %w", err)
	}
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return resp, nil
	}
	defer resp.Body.Close()
	return nil, readProblem(resp)
}

func readProblem(resp *http.Response) error {
	p := &Problem{}
	data, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("read an answer of boathook: %w", err)
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/problem+json") && json.Unmarshal(data, p) == nil {
		return p
	}
	return foreign(resp.Request.URL.Host, resp.StatusCode)
}

const foreignType = "urn:boathook:problem:foreign"

// foreign is the problem of an answer that is not boathook's.
func foreign(where string, status int) *Problem {
	return &Problem{
		Type: foreignType, Title: "not an answer of boathook", Status: status,
		Detail: fmt.Sprintf("%s does not answer as boathook does (status %d)", where, status),
		Hint:   "check the address; another program may have taken the port",
	}
}

const typeJSON = "application/json"

// call makes a request and reads the JSON answer into into, unless that is nil.
func (c *Client) call(ctx context.Context, method, path string, body, into any) error {
	resp, err := c.send(ctx, method, c.base+path, body, typeJSON)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if into == nil {
		_, err := io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer))
		return err
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return &url.Error{Op: method, URL: c.base + path, Err: fmt.Errorf("read the answer: %w", err)}
	}
	return nil
}

// withQuery appends parameters; empty values are left out.
func withQuery(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

package client

import (
	"context"
	"net/url"
)

// Program is a recorded request as a program that sends it again.
type Program struct {
	Language string     `json:"language"`
	Code     string     `json:"code"`
	File     string     `json:"file"`    // that the program reads the body from, "" if it stands in it
	Needs    []Variable `json:"needs"`   // environment variables to set first
	Notes    []Note     `json:"notes"`   // in what it differs from what was recorded
	Signing  Signing    `json:"signing"` // whether it can sign when it runs
	To       string     `json:"to"`      // scheme and host that it sends to
}

// Variable is an environment variable that a program reads.
type Variable struct {
	Name   string `json:"name"`
	Header string `json:"header"` // whose value it holds, "?name" for a query parameter; "" for the secret to sign with
}

// Note says in what a program differs from the recorded request.
type Note struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Signing says whether a program can sign when it runs.
type Signing struct {
	Scheme  string `json:"scheme"`  // id, "" if none is known for the delivery
	Able    bool   `json:"able"`    // such a program can be written
	Now     bool   `json:"now"`     // this one is
	Why     string `json:"why"`     // why none can be written, "" if one can
	Command string `json:"command"` // of the command line, that does the same
}

// ProgramOptions say how a program is written. The zero value works.
type ProgramOptions struct {
	Language string // "": curl
	Attempt  string // number, "": the first that has a request
	To       string // URL to send to instead of where it went
	File     bool   // the body is read from a file, however short
	Secrets  bool   // credentials stand in the program
	Sign     bool   // it signs when it runs
	Scheme   string // to sign with, "": that of the delivery
}

// Program returns a recorded request as a program.
func (c *Client) Program(ctx context.Context, ref string, opt ProgramOptions) (Program, error) {
	q := url.Values{}
	for name, value := range map[string]string{"language": opt.Language, "attempt": opt.Attempt, "to": opt.To, "scheme": opt.Scheme} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if opt.File {
		q.Set("body", "file")
	}
	if opt.Secrets {
		q.Set("secrets", "1")
	}
	if opt.Sign {
		q.Set("sign", "now")
	}
	path := "/deliveries/" + url.PathEscape(ref) + "/code"
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	var v Program
	err := c.call(ctx, "GET", path, nil, &v)
	return v, err
}

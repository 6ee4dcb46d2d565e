package main

import (
	"errors"
	"io"
	"os"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
)

// maxRequest bounds a request that is read into memory.
const maxRequest = 64 << 20

// readMessage reads a request from a file or, for "-", from standard input.
func readMessage(path string) (signer.Message, []string, error) {
	var raw []byte
	var err error
	if path == "-" {
		raw, err = io.ReadAll(io.LimitReader(os.Stdin, maxRequest+1))
	} else {
		raw, err = readFile(path, maxRequest)
	}
	switch {
	case err != nil:
		return signer.Message{}, nil, fail(exitNotFound, "an id is 12406, #12406, a whole id or its first letters, @last or @failed; else it is a file", "read the request: %w", err)
	case len(raw) > maxRequest:
		return signer.Message{}, nil, usage("", "the request is longer than %d bytes", maxRequest)
	}
	return parseRequest(raw)
}

// parseRequest reads a raw HTTP request. The notes say what was done to the body.
func parseRequest(raw []byte) (signer.Message, []string, error) {
	m, notes, err := proxy.ParseRequest(raw)
	var invalid *proxy.InvalidError
	if errors.As(err, &invalid) {
		return m, nil, usage(invalid.Hint, "%s", invalid.Text)
	}
	return m, notes, err
}

package main

import (
	"errors"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
)

// maxRequest bounds a request that is read into memory.
const maxRequest = 64 << 20

// readMessage reads a request from a file or, for "-", from standard input.
func readMessage(path string) (signer.Message, []string, error) {
	raw, err := readInput(path, "the request", refForms+"; else it is a file", maxRequest)
	if err != nil {
		return signer.Message{}, nil, err
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

package web

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
	"github.com/boathook/boathook/web/client"
)

// tryURL is the address that a trial is signed for.
const tryURL = "https://example.org/hooks"

// tryScheme checks a scheme without storing it, and signs and verifies a request
// with it if there is a secret.
func (s *Server) tryScheme(c *fiber.Ctx) error {
	var in client.SchemeTrial
	if err := readJSON(c, &in); err != nil {
		return err
	}
	text := []byte(in.Scheme)
	if bytes.HasPrefix(text, []byte{'"'}) {
		var inner string
		if err := json.Unmarshal(text, &inner); err != nil {
			return badJSON("scheme", "scheme must be a row, or a string with one")
		}
		text = []byte(inner)
	}
	if len(text) == 0 {
		return badJSON("scheme", "scheme is needed: a row, or a string with one")
	}
	tried, err := s.try(text, in.Secret, []byte(in.Body))
	var wrong *signer.FieldError
	switch {
	case errors.As(err, &wrong):
		tried = client.SchemeTried{Error: &client.SchemeMistake{Field: wrong.Field, Text: wrong.Text, Line: wrong.Line, Column: wrong.Column}}
	case err != nil:
		return err
	}
	tried.Headers = list(tried.Headers)
	return sendJSON(c, 200, tried)
}

func (s *Server) try(text []byte, secret string, body []byte) (client.SchemeTried, error) {
	var broken *catalog.SyntaxError
	if errors.As(catalog.CheckJSON(text), &broken) {
		return client.SchemeTried{}, &signer.FieldError{Text: broken.Text, Line: broken.Line, Column: broken.Column}
	}
	rows, err := signer.Parse(text)
	if err != nil {
		return client.SchemeTried{}, err
	}
	if len(rows) != 1 {
		return client.SchemeTried{}, &signer.FieldError{Text: "one scheme is tried at a time, this is a list"}
	}
	row := rows[0]
	if secret == "" {
		return client.SchemeTried{OK: true, Verdict: string(signer.Unchecked)}, nil
	}
	m := signer.Message{Method: "POST", URL: tryURL, Body: body, Context: map[string]string{}}
	for _, name := range row.Needs() {
		if name != "url" {
			m.Context[name] = "example"
		}
	}
	signed, err := row.Sign(m, []string{secret}, newMessageID(), s.now())
	if err != nil {
		return client.SchemeTried{}, secretMistake(err)
	}
	m = signed.Apply(m)
	result, err := row.Verify(&m, []string{secret}, s.now(), signer.Options{})
	if err != nil {
		return client.SchemeTried{}, secretMistake(err)
	}
	return client.SchemeTried{OK: true, Headers: fields(signed.Header), Verdict: string(result.Verdict)}, nil
}

// secretMistake says of which field an error of signing is.
func secretMistake(err error) error {
	if errors.Is(err, signer.ErrSecret) || errors.Is(err, signer.ErrVerifyOnly) {
		return &signer.FieldError{Field: "secret", Text: err.Error()}
	}
	return &signer.FieldError{Text: err.Error()}
}

// fields are header lines as the API writes them.
func fields(all []signer.Field) []inspector.Field {
	out := make([]inspector.Field, 0, len(all))
	for _, f := range all {
		out = append(out, inspector.Field{Name: f.Name, Value: f.Value})
	}
	return out
}

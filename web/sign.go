package web

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/boathook/boathook/signer"
	"github.com/boathook/boathook/web/client"
)

// postSign answers what a provider would add to a request.
func (s *Server) postSign(c *fiber.Ctx) error {
	var in client.SignInput
	if err := readJSON(c, &in); err != nil {
		return err
	}
	row, err := s.namedScheme("scheme", in.Scheme)
	if err != nil {
		return err
	}
	m := signer.Message{Method: strings.ToUpper(in.Method), URL: in.URL, Context: in.Context}
	if m.Method == "" {
		m.Method = "POST"
	}
	for _, f := range in.Headers {
		m.Header = append(m.Header, signer.Field{Name: f.Name, Value: f.Value})
	}
	if m.Body, err = bodyOf(in.Body, in.BodyBase64); err != nil {
		return err
	}
	if err := checkURL("url", in.URL); err != nil {
		return err
	}
	now, err := moment("now", in.Now, s.now())
	if err != nil {
		return err
	}
	id := in.ID
	if id == "" {
		id = newMessageID()
	}
	signed, err := row.Sign(m, []string{in.Secret}, id, now)
	if err != nil {
		return signerProblem(err)
	}
	v := client.Signed{Headers: fields(signed.Header), URL: signed.URL}
	if signed.Body != nil {
		v.BodyBase64 = base64.StdEncoding.EncodeToString(signed.Body)
	}
	return sendJSON(c, 200, v)
}

func newMessageID() string { return "msg_" + uuid.NewString() }

// signerProblem names the field that keeps a request from being signed or checked.
func signerProblem(err error) error {
	switch {
	case errors.Is(err, signer.ErrSecret), errors.Is(err, signer.ErrVerifyOnly):
		return badJSON("secret", err.Error())
	case errors.Is(err, signer.ErrNeeds):
		return withHint(badJSON("url", err.Error()), "give url, or the named value in context")
	case errors.Is(err, signer.ErrMalformed):
		return withHint(badJSON("got", "got is no digest of the scheme"), "paste the digest alone, in hexadecimal or base64")
	}
	return err
}

// bodyOf is a body that a request gives as text or, for bytes that are none, in
// base64.
func bodyOf(text, encoded string) ([]byte, error) {
	if encoded == "" {
		return []byte(text), nil
	}
	if text != "" {
		return nil, badJSON("body_base64", "give body or body_base64, not both")
	}
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, badJSON("body_base64", "body_base64 is not base64; use the standard alphabet with padding")
	}
	return data, nil
}

func checkURL(field, text string) error {
	if text == "" || strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") {
		return nil
	}
	return badJSON(field, field+" must be an address with http or https")
}

// moment reads a time: RFC 3339 or whole seconds since 1970; "" is missing.
func moment(field, text string, missing time.Time) (time.Time, error) {
	if text == "" {
		return missing, nil
	}
	if n, err := strconv.ParseInt(text, 10, 40); err == nil && n > 0 {
		return time.Unix(n, 0).UTC(), nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return missing, badJSON(field, field+" must be a time such as 2026-03-04T10:42:07Z or 1772620927")
	}
	return t, nil
}

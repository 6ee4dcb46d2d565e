package signer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// FieldError is a mistake in a scheme.
type FieldError struct {
	Scheme string // id, or its place in the list as "#2"
	Field  string // path of the field, for example "timestamp.unit"
	Text   string // what is wrong and what is allowed
	// Line and Column, both from 1, are 0 if the place is not known.
	Line, Column int
}

func (e *FieldError) Error() string {
	where := ""
	if e.Line > 0 {
		where = fmt.Sprintf("line %d, column %d: ", e.Line, e.Column)
	}
	if e.Scheme != "" {
		where += "scheme " + e.Scheme + ": "
	}
	if e.Field != "" {
		where += e.Field + ": "
	}
	return where + e.Text
}

// Parse reads schemes from JSON: a list of rows, or one row. Every row is checked
// with Validate. The first mistake is returned as a *FieldError with its place.
func Parse(text []byte) ([]*Scheme, error) {
	root, err := parseJSON(text)
	if err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, placed(&FieldError{Text: "here it stops being JSON"}, text, int(syntax.Offset)-1)
		}
		return nil, err
	}
	rows := []node{root}
	if root.kind == '[' {
		rows = rows[:0]
		for _, m := range root.members {
			rows = append(rows, m.value)
		}
	}
	seen := map[string]bool{}
	var list []*Scheme
	for i, row := range rows {
		s, err := parseRow(text, row, fmt.Sprintf("#%d", i+1))
		if err != nil {
			return nil, err
		}
		if seen[s.ID] {
			return nil, placed(&FieldError{Scheme: s.ID, Field: "id", Text: "two schemes have this id"}, text, row.start)
		}
		seen[s.ID] = true
		list = append(list, s)
	}
	return list, nil
}

func parseRow(text []byte, row node, place string) (*Scheme, error) {
	if row.kind != '{' {
		return nil, placed(&FieldError{Scheme: place, Text: "a scheme is an object"}, text, row.start)
	}
	if err := knownFields(text, row, place, "", rowFields); err != nil {
		return nil, err
	}
	s := new(Scheme)
	if err := json.Unmarshal(text[row.start:row.end], s); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return nil, placed(&FieldError{Scheme: place, Field: wrong.Field, Text: fmt.Sprintf("a %s stands where a %s is wanted", wrong.Value, wrong.Type)}, text, row.start+int(wrong.Offset)-1)
		}
		return nil, placed(&FieldError{Scheme: place, Text: err.Error()}, text, row.start)
	}
	err := s.Validate()
	var field *FieldError
	if errors.As(err, &field) {
		at := row
		for _, step := range parsePath(field.Field) {
			next := at.child(text, step.name, step.index)
			if next == nil {
				break
			}
			at = *next
		}
		return nil, placed(field, text, at.start)
	}
	return s, err
}

func placed(e *FieldError, text []byte, offset int) *FieldError {
	offset = max(0, min(offset, len(text)))
	before := text[:offset]
	e.Line = bytes.Count(before, []byte("\n")) + 1
	e.Column = offset - bytes.LastIndexByte(before, '\n')
	return e
}

// The names of fields, so that a wrong one can be answered with the right ones.
var rowFields = map[string][]string{
	"":          {"id", "name", "provider", "signature", "algorithm", "encoding", "content", "code", "secret", "secret_bytes", "strip", "id_headers", "timestamp", "require", "hints", "beside", "source", "unconfirmed"},
	"signature": {"headers", "body", "query", "layout", "prefix", "optional_prefix", "separator", "accept"},
	"timestamp": {"headers", "key", "body", "query", "unit", "past", "future", "unsigned"},
}

func knownFields(text []byte, n node, place, inside string, known map[string][]string) error {
	for _, m := range n.members {
		name, _ := m.key.text(text)
		path := strings.TrimPrefix(inside+"."+name, ".")
		if !slices.Contains(known[inside], name) {
			return placed(&FieldError{Scheme: place, Field: path, Text: "there is no such field; " + allowed(known[inside])}, text, m.key.start)
		}
		if inside == "" && known[name] != nil {
			if err := knownFields(text, m.value, place, name, known); err != nil {
				return err
			}
		}
	}
	return nil
}

func allowed[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return "allowed: " + strings.Join(texts, ", ")
}

var (
	allAlgorithms = []Algorithm{HMACSHA1, HMACSHA256, HMACSHA384, HMACSHA512, DigestSHA1, DigestSHA256, Ed25519, ECDSAP256, RSASHA1, RSASHA256, Equal, JWT, JWTHS256, JWTES256}
	allEncodings  = []Encoding{Hex, HexUpper, Base64, Base64URL, Text}
	allLayouts    = []Layout{Raw, Pairs, Versions, List, Credential, Keyed}
	allUnits      = []Unit{Seconds, Millis, Micros, RFC3339, HTTPDate}
	allForms      = []SecretForm{SecretText, SecretBase64, SecretHex, SecretNFKD, SecretEd25519, SecretECDSA, SecretCert, SecretJWT, SecretBase64Text}
)

// Validate reports the first mistake in a scheme as a *FieldError.
func (s *Scheme) Validate() error {
	for _, check := range []func() *FieldError{s.checkNames, s.checkSignature, s.checkWords, s.checkContent, s.checkTimestamp} {
		if e := check(); e != nil {
			e.Scheme = s.ID
			return e
		}
	}
	return nil
}

func mistake(field, format string, args ...any) *FieldError {
	return &FieldError{Field: field, Text: fmt.Sprintf(format, args...)}
}

func (s *Scheme) checkNames() *FieldError {
	if s.SecretBytes < 0 || s.SecretBytes > 32 {
		return mistake("secret_bytes", "%d is out of range; use 1 to 32, or leave it out", s.SecretBytes)
	}
	if s.ID == "" {
		return mistake("id", "it is missing")
	}
	if strings.Trim(s.ID, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "" || len(s.ID) > 64 {
		return mistake("id", "%q: allowed are at most 64 of a-z, 0-9, point, hyphen and underscore", clip(s.ID))
	}
	for i, name := range slices.Concat(s.Signature.Headers, s.IDHeaders) {
		field := fmt.Sprintf("signature.headers[%d]", i)
		if i >= len(s.Signature.Headers) {
			field = fmt.Sprintf("id_headers[%d]", i-len(s.Signature.Headers))
		}
		if !isToken(strings.TrimSuffix(name, "#")) {
			return mistake(field, "%q is no name of a header", clip(name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Require)) {
		if !isToken(name) {
			return mistake("require", "%q is no name of a header", clip(name))
		}
	}
	return nil
}

// isToken reports whether s may be the name of a header.
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

func (s *Scheme) checkSignature() *FieldError {
	g := &s.Signature
	places := 0
	for _, there := range []bool{len(g.Headers) > 0, g.Body != "", g.Query != ""} {
		if there {
			places++
		}
	}
	switch {
	case places == 0:
		return mistake("signature", "it says not where the signature stands: give headers, body or query")
	case places > 1:
		return mistake("signature", "give one of headers, body and query")
	case !slices.Contains(allLayouts, g.Layout):
		return mistake("signature.layout", "%q is no layout; %s", clip(string(g.Layout)), allowed(allLayouts))
	case (g.Layout == Pairs || g.Layout == List || g.Layout == Keyed) && g.Separator == "":
		return mistake("signature.separator", "the layout %s needs one, for example a comma", g.Layout)
	case (g.Layout == Pairs || g.Layout == Versions || g.Layout == Keyed) && len(g.Accept) == 0:
		return mistake("signature.accept", "the layout %s needs the names that count, for example v1", g.Layout)
	case slices.Contains(g.Accept, "") || slices.Contains(g.Accept, "*"):
		return mistake("signature.accept", "a name is empty")
	}
	return nil
}

func (s *Scheme) checkWords() *FieldError {
	switch {
	case !slices.Contains(allAlgorithms, s.Algorithm):
		return mistake("algorithm", "%q is no algorithm; %s", clip(string(s.Algorithm)), allowed(allAlgorithms))
	case !slices.Contains(allEncodings, s.Encoding):
		return mistake("encoding", "%q is no encoding; %s", clip(string(s.Encoding)), allowed(allEncodings))
	case s.Secret != "" && !slices.Contains(allForms, s.Secret):
		return mistake("secret", "%q is no form of a secret; %s", clip(string(s.Secret)), allowed(allForms))
	case s.Encoding == Text && s.Algorithm.Size() > 0:
		return mistake("encoding", "text is for equal only, a digest is hex or base64")
	}
	if step, ok := codes[s.Code]; s.Code != "" && (!ok || step.mistake) {
		names := slices.DeleteFunc(slices.Sorted(maps.Keys(codes)), func(name string) bool { return codes[name].mistake })
		return mistake("code", "%q is no step of code; %s", clip(s.Code), allowed(names))
	}
	if strings.HasPrefix(string(s.Algorithm), "jwt") != strings.HasPrefix(s.Code, "jwt") {
		return mistake("algorithm", "jwt algorithms and jwt code go together")
	}
	return s.checkForm()
}

// checkForm sees that the form of the secret makes a key of the algorithm.
func (s *Scheme) checkForm() *FieldError {
	fits := []SecretForm{SecretText, SecretBase64, SecretHex, SecretNFKD, SecretBase64Text, ""}
	switch s.Algorithm {
	case Ed25519:
		fits = []SecretForm{SecretEd25519}
	case ECDSAP256, JWTES256:
		fits = []SecretForm{SecretECDSA}
	case RSASHA1, RSASHA256:
		fits = []SecretForm{SecretCert}
	case JWT:
		fits = []SecretForm{SecretJWT}
	}
	if !slices.Contains(fits, s.Secret) {
		return mistake("secret", "%q makes no key of %s; %s", s.Secret, s.Algorithm, strings.TrimSuffix(allowed(fits), ", "))
	}
	return nil
}

// checkContent tries the template, so that the parser is the judge.
func (s *Scheme) checkContent() *FieldError {
	if s.Code != "" || s.Algorithm == Equal {
		return nil
	}
	if s.Content == "" {
		return mistake("content", "it is missing, for example {timestamp}.{body}")
	}
	anything := parts{message: &Message{Context: map[string]string{}, URL: "https://example.com/"}}
	for rest := s.Content; ; {
		_, after, ok := strings.Cut(rest, "{context.")
		if !ok {
			break
		}
		name, tail, _ := strings.Cut(after, "}")
		anything.message.Context[name], rest = "", tail
	}
	if _, err := expand(s.Content, &anything); err != nil {
		return mistake("content", "%s", strings.TrimPrefix(err.Error(), "content "))
	}
	switch {
	case s.uses("timestamp") && s.Timestamp == nil:
		return mistake("timestamp", "the content uses {timestamp}, so it must be said where it stands")
	case s.uses("id") && len(s.IDHeaders) == 0:
		return mistake("id_headers", "the content uses {id}, so it must be said which header it is")
	case !s.uses("secret") && (s.Algorithm == DigestSHA1 || s.Algorithm == DigestSHA256):
		return mistake("content", "%s is a plain hash: without {secret} in the content anybody could make it", s.Algorithm)
	}
	return nil
}

func (s *Scheme) checkTimestamp() *FieldError {
	t := s.Timestamp
	if t == nil {
		return nil
	}
	switch {
	case !slices.Contains(allUnits, t.Unit):
		return mistake("timestamp.unit", "%q is no unit; %s", clip(string(t.Unit)), allowed(allUnits))
	case t.Key == "" && t.Body == "" && t.Query == "" && len(t.Headers) == 0:
		return mistake("timestamp", "it says not where the timestamp stands: give headers, key, body or query")
	case t.Key != "" && s.Signature.Layout != Pairs:
		return mistake("timestamp.key", "a key is for the layout pairs only")
	case t.Past < 0 || t.Future < 0 || time.Duration(t.Past) > 10*365*24*time.Hour || time.Duration(t.Future) > 10*365*24*time.Hour:
		return mistake("timestamp.past", "past and future lie between 0s and ten years")
	}
	return nil
}

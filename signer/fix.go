package signer

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/template"
	"time"
)

//go:embed fixes/*.tmpl fixes/*.part
var fixFiles embed.FS

// Languages lists what Snippet writes.
var Languages = []string{"go", "express", "flask", "django", "php", "rails", "spring", "aspnet"}

// ErrLanguage is returned by Snippet for a language that it does not write.
var ErrLanguage = errors.New("no such language")

var fixTemplates = sync.OnceValue(func() *template.Template {
	funcs := template.FuncMap{"q": strconv.Quote, "server": serverName}
	return template.Must(template.New("fixes").Funcs(funcs).ParseFS(fixFiles, "fixes/*.tmpl", "fixes/*.part"))
})

// serverName is a header's name in PHP's $_SERVER.
func serverName(header string) string {
	if strings.EqualFold(header, "Content-Type") {
		return "CONTENT_TYPE" // the one header line that it has without HTTP_
	}
	return "HTTP_" + strings.ReplaceAll(strings.ToUpper(header), "-", "_")
}

// fixPart is a part of the signed content: body, text, key (the timestamp of a
// Pairs header), header, method or url.
type fixPart struct{ Kind, Text string }

type fixData struct {
	Name, Header, Prefix, Layout, Separator, Key, Version, VersionComma string
	Hash, JavaHash, NetHash, Encoding, Secret, Strip, Window, Advice    string
	Hex, Simple                                                         bool
	Base64, HexKey, Strings, Address                                    bool // what is imported; the address is signed
	Parts                                                               []fixPart
}

// Snippet is a program or a file in a language and framework, with its imports, that
// checks a scheme over the raw bytes of the body; the secret is in the environment or
// the settings. Where the scheme is not an HMAC over a template it shows how to get at
// the bytes, and says what to call with them.
func (s *Scheme) Snippet(language string) (string, error) {
	language = strings.ToLower(strings.TrimSpace(language))
	if !slices.Contains(Languages, language) {
		return "", fmt.Errorf("%w: %q; %s", ErrLanguage, clip(language), allowed(Languages))
	}
	var b strings.Builder
	if err := fixTemplates().ExecuteTemplate(&b, language+".tmpl", s.fix()); err != nil {
		return "", fmt.Errorf("write %s for %s: %w", language, s.ID, err)
	}
	return strings.TrimSpace(b.String()) + "\n", nil
}

func (s *Scheme) fix() fixData {
	g := &s.Signature
	d := fixData{
		Name: s.Name, Prefix: g.Prefix, Layout: string(g.Layout), Separator: g.Separator, Secret: string(s.Secret),
		Hex: s.Encoding == Hex || s.Encoding == HexUpper, Encoding: "base64",
		Advice: "check stands for the verifier of " + s.Name + "'s own library; give it the raw body and the request as it came.",
	}
	if d.Hex {
		d.Encoding = "hex"
	}
	d.Hash = strings.TrimPrefix(string(s.Algorithm), "hmac-")
	d.NetHash = strings.ToUpper(d.Hash)
	d.JavaHash = "Hmac" + d.NetHash
	if len(s.Strip) > 0 && s.Secret != SecretText {
		d.Strip = s.Strip[0]
	}
	if len(g.Accept) > 0 {
		d.Version = strings.Replace(g.Accept[0], "*", "1", 1)
		d.VersionComma = d.Version + ","
	}
	if len(g.Headers) > 0 {
		d.Header = strings.ReplaceAll(g.Headers[0], "#", "1")
	}
	if t := s.Timestamp; t != nil {
		d.Key = t.Key
		if t.Past > 0 && !t.Unsigned {
			d.Window = shortDuration(time.Duration(t.Past))
		}
	}
	d.Parts, d.Simple = s.fixParts()
	d.Simple = d.Simple && d.Header != "" && slices.Contains([]Algorithm{HMACSHA1, HMACSHA256, HMACSHA512}, s.Algorithm) &&
		slices.Contains([]Layout{Raw, Pairs, Versions}, g.Layout) && slices.Contains([]SecretForm{SecretText, SecretBase64, SecretHex, SecretBase64Text}, s.Secret) && s.Encoding != Base64URL
	if s.Secret == SecretBase64Text {
		d.Secret = string(SecretBase64)
	}
	d.HexKey, d.Base64 = d.Secret == string(SecretHex), d.Secret == string(SecretBase64) || !d.Hex
	d.Strings = d.Simple && (d.Prefix != "" || g.Layout != Raw || d.Strip != "" && d.Secret == string(SecretBase64))
	d.Address = slices.ContainsFunc(d.Parts, func(p fixPart) bool { return p.Kind == "url" })
	return d
}

func shortDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// fixParts takes the content apart; false if it has parts that the languages have
// no words for.
func (s *Scheme) fixParts() (out []fixPart, ok bool) {
	if s.Code != "" {
		return nil, false
	}
	for rest := s.Content; rest != ""; {
		text, after, open := strings.Cut(rest, "{")
		if text != "" {
			out = append(out, fixPart{"text", text})
		}
		if !open {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		rest = tail
		switch header, isHeader := strings.CutPrefix(name, "header."); {
		case !closed:
			return nil, false
		case name == "body", name == "method", name == "url":
			out = append(out, fixPart{name, ""})
		case name == "id":
			out = append(out, fixPart{"header", s.IDHeaders[0]})
		case name == "timestamp" && s.Timestamp.Key != "":
			out = append(out, fixPart{"key", ""})
		case name == "timestamp" && len(s.Timestamp.Headers) > 0:
			out = append(out, fixPart{"header", s.Timestamp.Headers[0]})
		case isHeader:
			out = append(out, fixPart{"header", header})
		default:
			return nil, false
		}
	}
	return out, len(out) > 0
}

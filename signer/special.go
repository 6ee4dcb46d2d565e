package signer

import (
	"fmt"
	"sort"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// code is what a row refers to when a template cannot say it.
type code struct {
	// contents makes the signed contents, the first being what a signer signs.
	contents func(s *Scheme, m *Message, p parts) ([][]byte, error)
	// prepare adds what must be in the message before its contents are made.
	prepare func(s *Scheme, a *adding) error
	// adapt changes the row by what the message says of itself.
	adapt func(s *Scheme, m *Message) *Scheme
	// verify and sign replace the whole way.
	verify func(s *Scheme, m *Message, keys [][]key, now time.Time, opt Options) (Result, error)
	sign   func(s *Scheme, a *adding, secrets []string) error

	covers          Coverage
	url             bool // the URL is part of what is signed
	headerPerSecret bool // the second secret signs into the second header
	mistake         bool // what Diagnose looks for; no row refers to it
}

var codes = map[string]code{}

func init() { // the table refers to functions that read the table
	codes = map[string]code{
		"twilio":           {contents: twilio, prepare: twilioBodyHash, covers: CoversFields, url: true},
		"twilio-json":      {contents: twilio, prepare: twilioBodyHash, covers: CoversBody, url: true},
		"url-sorted-form":  {contents: urlSortedForm, covers: CoversFields, url: true},
		"box":              {contents: box, covers: CoversBody, headerPerSecret: true},
		"hubspot-v3":       {contents: hubspotV3, covers: CoversBody, url: true},
		"hook0":            {contents: hook0, covers: CoversBody},
		"adyen-item":       {verify: adyenVerify, sign: adyenSign, covers: CoversFields},
		"contentful":       {contents: contentful, prepare: contentfulHeaders, covers: CoversBody, url: true},
		"plivo-v2":         {contents: plivoV2, covers: CoversAddress, url: true},
		"plivo-v3":         {contents: plivoV3, covers: CoversFields, url: true},
		"shopify-query":    {contents: shopifyQuery, covers: CoversAddress, url: true},
		"shopify-proxy":    {contents: shopifyProxy, covers: CoversAddress, url: true},
		"sns":              {contents: snsContents, adapt: snsVersion, covers: CoversFields},
		"jwt":              {verify: jwtVerify, sign: jwtSign, covers: CoversNothing},
		"jwt-body-hex":     {verify: jwtVerify, sign: jwtSign, covers: CoversBody},
		"jwt-body-base64":  {verify: jwtVerify, sign: jwtSign, covers: CoversBody},
		"jwt-messagebird":  {verify: jwtVerify, sign: jwtSign, covers: CoversBody, url: true},
		"form-in-order":    {contents: formInOrder, covers: CoversFields, url: true, mistake: true},
		"form-joined-sort": {contents: formJoinedSort, covers: CoversFields, url: true, mistake: true},
		"form-without-url": {contents: formWithoutURL, covers: CoversFields, mistake: true},
		"rfc9421":          {verify: httpVerify, sign: httpSign, covers: CoversBody},
	}
}

func one(text string) ([][]byte, error) { return [][]byte{[]byte(text)}, nil }

// sortedForm writes name and value of each form field without separators,
// ordered by name, as Twilio, Mandrill and Plivo do. unique drops repeats of a
// value and orders the values of one name.
func sortedForm(fields []Field, unique bool) string {
	fields = sorted(fields)
	if unique {
		sort.SliceStable(fields, func(i, j int) bool {
			return fields[i].Name < fields[j].Name || fields[i].Name == fields[j].Name && fields[i].Value < fields[j].Value
		})
	}
	var b strings.Builder
	for i, f := range fields {
		if unique && i > 0 && fields[i-1] == f {
			continue
		}
		b.WriteString(f.Name)
		b.WriteString(f.Value)
	}
	return b.String()
}

func urlSortedForm(_ *Scheme, m *Message, _ parts) ([][]byte, error) {
	return one(m.URL + sortedForm(m.form(), false))
}

// box accepts the raw body or its form with everything outside printable ASCII
// escaped, as Box's own libraries do.
func box(_ *Scheme, m *Message, p parts) ([][]byte, error) {
	raw := append(append([]byte(nil), m.Body...), p.timestamp...)
	return [][]byte{raw, []byte(boxEscape(string(m.Body)) + p.timestamp)}, nil
}

func boxEscape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\\' && i+1 < len(s) && s[i+1] == '/':
			b.WriteByte('\\')
		case r == '\\':
			b.WriteString(`\\`)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r >= 0x20 && r <= 0x7e:
			b.WriteRune(r)
		default:
			writeEscaped(&b, r)
		}
		i += n
	}
	return b.String()
}

// hubspotV3 tries the URL as it is and with the escapes decoded that HubSpot
// decodes before it signs.
func hubspotV3(s *Scheme, m *Message, p parts) ([][]byte, error) {
	decoded := *m
	decoded.URL = hubspotEscapes.Replace(m.URL)
	a, err := expand(s.Content, &p)
	if err != nil || decoded.URL == m.URL {
		return [][]byte{a}, err
	}
	p.message = &decoded
	b, err := expand(s.Content, &p)
	return [][]byte{a, b}, err
}

var hubspotEscapes = func() *strings.Replacer {
	var pairs []string
	for _, c := range []byte(`:/@&=+$` + "`" + `",;><?`) {
		const digits = "0123456789ABCDEF"
		upper := "%" + string(digits[c>>4]) + string(digits[c&15])
		pairs = append(pairs, upper, string(c), strings.ToLower(upper), string(c))
	}
	return strings.NewReplacer(pairs...)
}()

// plivoV2 signs the address without its query, and a nonce, which is the id.
func plivoV2(_ *Scheme, m *Message, p parts) ([][]byte, error) {
	base, _, _ := strings.Cut(m.URL, "?")
	return one(base + p.id)
}

// plivoV3 signs the address with its parameters in order, and a nonce.
func plivoV3(_ *Scheme, m *Message, p parts) ([][]byte, error) {
	base, query, _ := strings.Cut(m.URL, "?")
	params := parseForm(query)
	form := m.form()
	if m.Method == "GET" {
		params = append(params, form...)
		form = nil
	}
	var pairs []string
	for _, f := range sorted(params) {
		pairs = append(pairs, f.Name+"="+f.Value)
	}
	text := base
	if len(pairs) > 0 || len(form) > 0 {
		text += "?" + strings.Join(pairs, "&")
	}
	if len(pairs) > 0 && len(form) > 0 {
		text += "."
	}
	return one(text + sortedForm(form, false) + "." + p.id)
}

// shopifyQuery signs the query without the signature itself, sorted.
func shopifyQuery(s *Scheme, m *Message, _ parts) ([][]byte, error) {
	var pairs []string
	for _, f := range sorted(parseForm(m.query())) {
		if f.Name != s.Signature.Query {
			pairs = append(pairs, formEscape(f.Name)+"="+formEscape(f.Value))
		}
	}
	return one(strings.Join(pairs, "&"))
}

// shopifyProxy joins sorted parameters with nothing, repeats with a comma.
func shopifyProxy(s *Scheme, m *Message, _ parts) ([][]byte, error) {
	var names []string
	values := map[string][]string{}
	for _, f := range sorted(parseForm(m.query())) {
		if f.Name == s.Signature.Query {
			continue
		}
		if values[f.Name] == nil {
			names = append(names, f.Name)
		}
		values[f.Name] = append(values[f.Name], f.Value)
	}
	var b strings.Builder
	for _, name := range names {
		b.WriteString(name + "=" + strings.Join(values[name], ","))
	}
	return one(b.String())
}

// writeEscaped writes a rune as \uXXXX in lower case, as a pair beyond U+FFFF.
func writeEscaped(b *strings.Builder, r rune) {
	if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
		fmt.Fprintf(b, `\u%04x\u%04x`, hi, lo)
		return
	}
	fmt.Fprintf(b, `\u%04x`, r)
}

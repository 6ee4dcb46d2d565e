package inspector

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

type kind uint8

const (
	kindColumn kind = iota
	kindEnum
	kindEvent
	kindPath
	kindHost
	kindID
	kindCount
	kindDur
	kindSize
	kindStatus
	kindTime
	kindTag
	kindChannel
	kindFlags
	kindError
	kindWord
	kindBody
	kindHeader
	kindParam
)

// field is one field of the language.
type field struct {
	name    string
	kind    kind
	regex   bool     // /…/ is a regular expression here
	named   bool     // a name or path follows, as in header.NAME
	resp    bool     // it looks at responses
	example string   // "as in …"
	words   []string // all words that may stand as its value
	samples []string // values that are often wanted
	column  Column
	get     func(*Row) string
}

func (f *field) title() string {
	if f.named {
		return f.name + "."
	}
	return f.name + ":"
}

// fields is every field, in the order that suggestions are made.
var fields = []*field{
	{name: "event", kind: kindEvent, regex: true, example: "as in event:person_* or event:webconnex/registration"},
	{name: "status", kind: kindStatus, example: "as in status:2xx, status:>=400 or status:refused", words: append([]string{"none"}, Failures...), samples: []string{"2xx", "3xx", "4xx", "5xx", ">=400"}},
	{name: "sig", kind: kindEnum, column: ColVerdict, example: "as in sig:invalid", get: verdictOf,
		words: []string{string(Valid), string(Invalid), string(Missing), string(Stale), string(Unchecked)}},
	{name: "is", kind: kindFlags, example: "as in is:failed", words: slices.Sorted(maps.Keys(FlagNames))},
	column("provider", ColProvider, func(r *Row) string { return r.Provider }, "as in provider:webconnex"),
	column("inbox", ColInbox, func(r *Row) string { return r.Inbox }, "as in inbox:demo"),
	column("endpoint", ColEndpoint, func(r *Row) string { return r.Endpoint }, "as in endpoint:crm"),
	{name: "dir", kind: kindEnum, column: ColDir, example: "as in dir:in", words: []string{string(In), string(Out)},
		get: func(r *Row) string { return string(r.Dir) }},
	column("method", ColMethod, func(r *Row) string { return r.Method }, "as in method:POST"),
	{name: "path", kind: kindPath, regex: true, example: "as in path:/hooks/*"},
	{name: "host", kind: kindHost, regex: true, example: "as in host:example.org"},
	{name: "id", kind: kindID, regex: true, example: "as in id:evt_1A2b or the first letters of a delivery's id"},
	{name: "n", kind: kindCount, example: "as in n:12400..12408"},
	{name: "dur", kind: kindDur, example: "as in dur:>500ms", samples: []string{">100ms", ">1s", ">10s"}},
	{name: "size", kind: kindSize, example: "as in size:>1mb", samples: []string{">10kb", ">1mb"}},
	{name: "tries", kind: kindCount, example: "as in tries:>1", samples: []string{">1"}},
	{name: "after", kind: kindTime, example: "as in after:10m or after:2026-01-31T10:00", samples: []string{"10m", "1h", "24h", "7d"}},
	{name: "before", kind: kindTime, example: "as in before:1h or before:2026-01-31T10:00", samples: []string{"10m", "1h", "24h", "7d"}},
	{name: "error", kind: kindError, regex: true, example: `as in error:"certificate"`},
	column("scheme", ColScheme, func(r *Row) string { return r.Scheme }, "as in scheme:github"),
	column("cause", ColCause, func(r *Row) string { return r.Cause }, "as in cause:reserialized"),
	{name: "channel", kind: kindChannel, regex: true, example: "as in channel:client_*"},
	{name: "tag", kind: kindTag, regex: true, example: "as in tag:later"},
	{name: "rec", kind: kindTag, regex: true, example: "as in rec:checkout"},
	column("run", ColRun, func(r *Row) string { return r.Run }, "as in run:r7"),
	{name: "word", kind: kindWord, example: "as in word:evt_1A2b"},
	{name: "body", kind: kindBody, regex: true, named: true, example: "as in body.data.total:>100 or body.items[*].sku:A*"},
	{name: "header", kind: kindHeader, regex: true, named: true, example: "as in header.x-github-event:push"},
	{name: "query", kind: kindParam, regex: true, named: true, example: "as in query.a:1"},
	{name: "resp.body", kind: kindBody, regex: true, named: true, resp: true, example: "as in resp.body.error:*"},
	{name: "resp.header", kind: kindHeader, regex: true, named: true, resp: true, example: "as in resp.header.content-type:*json*"},
}

func column(name string, col Column, get func(*Row) string, example string) *field {
	return &field{name: name, kind: kindColumn, regex: true, column: col, get: get, example: example}
}

var fieldByName = func() map[string]*field {
	byName := map[string]*field{}
	for _, f := range fields {
		byName[f.name] = f
	}
	return byName
}()

// newLeaf reads one value of a field.
func newLeaf(p *parser, f *field, head string, v *value) (leaf, *QueryError) {
	switch f.kind {
	case kindColumn:
		return columnValue(f, v)
	case kindEnum:
		return enumValue(p, f, v)
	case kindEvent:
		return eventValue(f, v)
	case kindPath:
		return pathValue(f, v)
	case kindHost:
		return hostValue(f, v)
	case kindID:
		return idValue(f, v)
	case kindCount:
		return numberValue(f, v)
	case kindDur:
		return durValue(f, v)
	case kindSize:
		return sizeValue(f, v)
	case kindStatus:
		return statusValue(f, v)
	case kindTime:
		return timeValue(p, f, v)
	case kindTag:
		return tagValue(f, v)
	case kindChannel:
		return &channelLeaf{pat: names(v.pat)}, f.noCompare(v)
	case kindFlags:
		return flagValue(p, f, v)
	case kindError:
		return errorValue(f, v)
	case kindWord:
		return wordValue(f, v)
	case kindBody:
		return bodyValue(f, head, v)
	case kindHeader:
		return headerValue(f, head, v)
	}
	return paramValue(f, head, v)
}

// otherNames are words that people try for a field.
var otherNames = map[string]string{
	"type": "event", "code": "status", "state": "status", "signature": "sig", "verdict": "sig",
	"flag": "is", "has": "is", "direction": "dir", "url": "path", "target": "path", "number": "n",
	"duration": "dur", "time": "dur", "since": "after", "from": "after", "until": "before",
	"to": "before", "tags": "tag", "recording": "rec", "failure": "status", "text": "word",
	"headers": "header", "response": "resp.body", "request": "body", "param": "query", "attempts": "tries",
}

// lookup finds the field named by src[start:end] and its normal form with the
// colon.
func (p *parser) lookup(start, end int) (*field, string, *QueryError) {
	full := p.src[start:end]
	base, rest := full, ""
	if i := strings.IndexAny(full, ".["); i >= 0 {
		base, rest = full[:i], full[i:]
	}
	name := lowerASCII(base)
	if name == "resp" {
		second := strings.TrimPrefix(rest, ".")
		rest = ""
		if i := strings.IndexAny(second, ".["); i >= 0 {
			second, rest = second[:i], second[i:]
		}
		if name = "resp." + lowerASCII(second); fieldByName[name] == nil {
			e := errAt(start, end, "resp has body and header, as in resp.body.error:* and resp.header.content-type:*json*")
			if near := Nearest(second, []string{"body", "header"}); near != "" {
				e.Suggestion = "resp." + near + rest
			}
			return nil, "", e
		}
	}
	f := fieldByName[name]
	if f == nil {
		return nil, "", p.unknownField(start, end, base, rest)
	}
	if !f.named {
		if rest != "" {
			e := errAt(start, end, "%s takes no path, %s", f.name, f.example)
			e.Suggestion = f.name
			return nil, "", e
		}
		return f, f.name + ":", nil
	}
	head, problem := f.name, ""
	switch f.kind {
	case kindBody:
		if rest == "" {
			return f, head + ":", nil // the body's text
		}
		var path jsonPath
		if path, problem = parseJSONPath(rest); problem == "" {
			return f, head + path.String() + ":", nil
		}
	default:
		var key string
		if key, problem = parseName(rest); problem == "" {
			if f.kind == kindHeader {
				key = lowerASCII(key)
			}
			return f, head + "." + writeKey(key, f.kind == kindParam) + ":", nil
		}
	}
	return nil, "", errAt(start, end, "%s, %s", problem, f.example)
}

func (p *parser) unknownField(start, end int, base, rest string) *QueryError {
	name := lowerASCII(base)
	// "headers.x" is a slip for a field with a path, "staus" for one without.
	var candidates []string
	for _, f := range fields {
		if f.named || rest == "" {
			candidates = append(candidates, f.name)
		}
	}
	known := otherNames[name]
	if known != "" && rest != "" && !fieldByName[known].named {
		known = ""
	}
	if known == "" {
		known = Nearest(name, candidates)
	}
	if known != "" {
		e := errAt(start, end, "there is no field %q", base)
		e.Suggestion = known + rest
		return e
	}
	stop := p.word(end)
	e := errAt(start, stop, "there is no field %q; to search for this text put it in quotes", base)
	e.Suggestion = quoteString(p.src[start:stop])
	return e
}

// parseName reads what follows header or query: a dot and a name.
func parseName(rest string) (name, problem string) {
	rest, ok := strings.CutPrefix(rest, ".")
	if !ok || rest == "" {
		return "", "a name is missing"
	}
	if rest[0] == '"' {
		l := lexer{src: rest}
		name, ok = l.quoted()
		if !ok || l.pos != len(rest) {
			return "", "this is no name"
		}
		return name, ""
	}
	return rest, ""
}

// writeKey writes a key of a path, in quotes if it needs them. Names of query
// parameters may hold dots and brackets as they are.
func writeKey(key string, dotted bool) string {
	plain := key != "" && key != "*"
	for i := 0; i < len(key) && plain; i++ {
		c := key[i]
		plain = c < 0x7f && keyByte(c) || dotted && (c == '.' && i > 0)
	}
	if plain {
		return key
	}
	return quoteString(key)
}

// refuse is the error for a value that the field cannot take.
func (f *field) refuse(v *value, want string) *QueryError {
	return errAt(v.pos, v.end, "%s takes %s, %s", f.title(), want, f.example)
}

// atoi reads a whole number of at most 18 digits.
func atoi(s string) (int64, bool) {
	if s == "" || len(s) > 18 || s[0] == '+' || s[0] == '-' {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

package inspector

import (
	"strings"

	"github.com/google/uuid"
)

// noCompare refuses operators for a field of names.
func (f *field) noCompare(v *value) *QueryError {
	if v.op == "" {
		return nil
	}
	return errAt(v.pos, v.end, "%s cannot be compared with %s, %s", f.title(), v.op, f.example)
}

// columnLeaf matches a text column of the row.
type columnLeaf struct {
	rowLeaf
	pat    pattern
	get    func(*Row) string
	column Column
}

func columnValue(f *field, v *value) (leaf, *QueryError) {
	return &columnLeaf{pat: names(v.pat), get: f.get, column: f.column}, f.noCompare(v)
}

// names drops the mark of quotes, which says nothing for names.
func names(p pattern) pattern {
	p.quoted = false
	return p
}

// fits is match, but a star alone needs something to be there.
func (p *pattern) fits(s string) bool {
	if p.any() {
		return s != ""
	}
	return p.match(s)
}

func (l *columnLeaf) row(r *Row) Match { return yes(l.pat.fits(l.get(r))) }
func (l *columnLeaf) String() string   { return l.pat.String() }

func (l *columnLeaf) plan() Plan {
	s, ok := l.pat.exact()
	if !ok || l.column >= NumColumns {
		return Plan{}
	}
	return Plan{Need: []Need{{l.column, []string{strings.ToLower(s)}}}}
}

// enumLeaf matches a column that has one of a few values.
type enumLeaf struct {
	rowLeaf
	word   string
	get    func(*Row) string
	column Column
}

func enumValue(p *parser, f *field, v *value) (leaf, *QueryError) {
	if err := f.noCompare(v); err != nil {
		return nil, err
	}
	word, ok := v.pat.exact()
	if word = lowerASCII(word); !ok || !contains(f.words, word) {
		e := f.refuse(v, "one of "+strings.Join(f.words, ", "))
		e.Suggestion = Nearest(p.src[v.pos:v.end], f.words)
		return nil, e
	}
	return &enumLeaf{word: word, get: f.get, column: f.column}, nil
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

func verdictOf(r *Row) string {
	if r.Verdict == "" {
		return string(Unchecked)
	}
	return string(r.Verdict)
}

func (l *enumLeaf) row(r *Row) Match { return yes(l.get(r) == l.word) }
func (l *enumLeaf) String() string   { return l.word }

func (l *enumLeaf) plan() Plan {
	values := []string{l.word}
	if l.column == ColVerdict && l.word == string(Unchecked) {
		values = append(values, "")
	}
	return Plan{Need: []Need{{l.column, values}}}
}

// eventLeaf matches the event, or provider/event. Names of events may hold
// slashes themselves.
type eventLeaf struct {
	rowLeaf
	pat             pattern
	provider, event *pattern // the sides of the first slash; nil if there is none
}

func eventValue(f *field, v *value) (leaf, *QueryError) {
	l := &eventLeaf{pat: names(v.pat)}
	for i, piece := range l.pat.pieces {
		if left, right, ok := strings.Cut(piece, "/"); ok {
			l.provider = piecesPattern(append(append([]string{}, l.pat.pieces[:i]...), left))
			l.event = piecesPattern(append([]string{right}, l.pat.pieces[i+1:]...))
			break
		}
	}
	return l, f.noCompare(v)
}

func piecesPattern(pieces []string) *pattern {
	p := &pattern{pieces: pieces, lower: make([]string, len(pieces))}
	for i, s := range pieces {
		p.lower[i] = lowerASCII(s)
	}
	return p
}

func (l *eventLeaf) row(r *Row) Match {
	if l.pat.fits(r.Event) {
		return Yes
	}
	return yes(l.provider != nil && l.provider.match(r.Provider) && l.event.fits(r.Event))
}

func (l *eventLeaf) String() string { return l.pat.String() }

func (l *eventLeaf) plan() Plan {
	s, ok := l.pat.exact()
	if !ok {
		return Plan{}
	}
	values := []string{strings.ToLower(s)}
	if l.event != nil {
		values = append(values, strings.ToLower(l.event.pieces[0]))
	}
	return Plan{Need: []Need{{ColEvent, values}}}
}

// pathLeaf matches the path of the target, or what follows /in/INBOX in it.
type pathLeaf struct {
	rowLeaf
	pat   pattern
	query bool // the pattern has a question mark, so the query counts too
}

func pathValue(f *field, v *value) (leaf, *QueryError) {
	l := &pathLeaf{pat: names(v.pat)}
	l.pat.path = true
	for _, piece := range l.pat.pieces {
		l.query = l.query || strings.Contains(piece, "?")
	}
	return l, f.noCompare(v)
}

func (l *pathLeaf) row(r *Row) Match {
	path := targetPath(r.Target)
	if !l.query {
		path, _, _ = strings.Cut(path, "?")
	}
	if l.pat.fits(path) {
		return Yes
	}
	rest, ok := strings.CutPrefix(path, "/in/")
	if !ok {
		return No
	}
	i := strings.IndexByte(rest, '/')
	return yes(i >= 0 && l.pat.fits(rest[i:]))
}

func (l *pathLeaf) String() string { return l.pat.String() }
func (l *pathLeaf) plan() Plan     { return Plan{} }

// targetPath is a request target without scheme and authority.
func targetPath(target string) string {
	if i := strings.Index(target, "://"); i > 0 && target[0] != '/' {
		rest := target[i+3:]
		if j := strings.IndexAny(rest, "/?"); j >= 0 {
			return rest[j:]
		}
		return ""
	}
	return target
}

// hostLeaf matches the host with or without its port.
type hostLeaf struct {
	rowLeaf
	pat pattern
}

func hostValue(f *field, v *value) (leaf, *QueryError) {
	return &hostLeaf{pat: names(v.pat)}, f.noCompare(v)
}

func (l *hostLeaf) row(r *Row) Match {
	if l.pat.fits(r.Host) {
		return Yes
	}
	i := strings.LastIndexByte(r.Host, ':')
	return yes(i > 0 && l.pat.match(r.Host[:i]))
}

func (l *hostLeaf) String() string { return l.pat.String() }
func (l *hostLeaf) plan() Plan     { return Plan{} }

// idLeaf matches the delivery's id, its beginning, or the provider's own id.
// Delivery ids are UUIDs of version 7, and such a value names a delivery only.
type idLeaf struct {
	rowLeaf
	pat    pattern
	id     ID     // if the value is a whole delivery id
	prefix string // if it may be the beginning of one
}

func idValue(f *field, v *value) (leaf, *QueryError) {
	if err := f.noCompare(v); err != nil {
		return nil, err
	}
	l := &idLeaf{pat: names(v.pat)}
	s, ok := l.pat.exact()
	if !ok {
		return l, nil
	}
	s = lowerASCII(s)
	if id, err := ParseID(s); err == nil {
		if uuid.UUID(id).Version() == 7 {
			l.id = id
		}
	} else if len(s) >= 4 && len(s) < 36 && strings.Trim(s, "0123456789abcdef-") == "" {
		l.prefix = s
	}
	return l, nil
}

func (l *idLeaf) row(r *Row) Match {
	if !l.id.Zero() {
		return yes(r.ID == l.id)
	}
	if l.pat.fits(r.EventID) {
		return Yes
	}
	if _, ok := l.pat.exact(); ok && l.prefix == "" {
		return No
	}
	if l.pat.re != nil {
		return yes(l.pat.re.MatchString(r.ID.String()))
	}
	var buf [36]byte
	text := idText(&buf, r.ID)
	if l.prefix != "" {
		return yes(string(text[:len(l.prefix)]) == l.prefix)
	}
	return yes(matchPieces(text, l.pat.lower))
}

func (l *idLeaf) String() string { return l.pat.String() }

func (l *idLeaf) plan() Plan {
	if !l.id.Zero() {
		return Plan{IDs: []ID{l.id}}
	}
	if s, ok := l.pat.exact(); ok && l.prefix == "" {
		return Plan{Need: []Need{{ColEventID, []string{strings.ToLower(s)}}}}
	}
	return Plan{}
}

// idText writes an id without allocating.
func idText(buf *[36]byte, id ID) []byte {
	const digits = "0123456789abcdef"
	j := 0
	for i, c := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			buf[j] = '-'
			j++
		}
		buf[j], buf[j+1] = digits[c>>4], digits[c&15]
		j += 2
	}
	return buf[:]
}

// tagLeaf matches one of the tags. A recording NAME is the tag rec=NAME.
type tagLeaf struct {
	rowLeaf
	pat pattern
	rec bool
}

func tagValue(f *field, v *value) (leaf, *QueryError) {
	return &tagLeaf{pat: names(v.pat), rec: f.name == "rec"}, f.noCompare(v)
}

func (l *tagLeaf) row(r *Row) Match {
	for _, tag := range r.Tags {
		if l.rec {
			name, ok := strings.CutPrefix(tag, RecordingTag)
			if !ok {
				continue
			}
			tag = name
		}
		if l.pat.fits(tag) {
			return Yes
		}
	}
	return No
}

func (l *tagLeaf) String() string { return l.pat.String() }
func (l *tagLeaf) plan() Plan     { return Plan{} }

// channelLeaf matches one of the channels, which a row has joined by spaces.
type channelLeaf struct {
	rowLeaf
	pat pattern
}

func (l *channelLeaf) row(r *Row) Match {
	if l.pat.fits(r.Channel) {
		return Yes
	}
	for channel := range strings.FieldsSeq(r.Channel) {
		if l.pat.fits(channel) {
			return Yes
		}
	}
	return No
}

func (l *channelLeaf) String() string { return l.pat.String() }
func (l *channelLeaf) plan() Plan     { return Plan{} }

// flagLeaf is one of the is: words.
type flagLeaf struct {
	rowLeaf
	word string
	flag Flags
}

func flagValue(p *parser, f *field, v *value) (leaf, *QueryError) {
	word, ok := v.pat.exact()
	flag := FlagNames[lowerASCII(word)]
	if !ok || flag == 0 || v.op != "" {
		e := f.refuse(v, "one of "+strings.Join(f.words, ", "))
		e.Suggestion = Nearest(p.src[v.pos:v.end], f.words)
		return nil, e
	}
	p.trash = p.trash || flag == FlagTrashed
	return &flagLeaf{word: lowerASCII(word), flag: flag}, nil
}

func (l *flagLeaf) row(r *Row) Match { return yes(r.Flags&l.flag != 0) }
func (l *flagLeaf) String() string   { return l.word }
func (l *flagLeaf) plan() Plan       { return Plan{Flags: l.flag} }

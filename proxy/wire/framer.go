package wire

// Framer takes requests out of a stream of bytes, whatever pieces they come in.
// It never takes a byte past the end of the current request.
type Framer struct {
	Scanner
	limits  Limits
	pending []byte // the head so far, if it came in more than one piece
	raw     []byte
	head    RequestHead
}

// Init makes f stand before a request.
func (f *Framer) Init(limits Limits) { f.limits = limits.defaults() }

// LimitBody sets the limit of bodies, for heads that are not complete yet.
func (f *Framer) LimitBody(n int64) { f.limits.Body = n }

// BodyLimit is the limit of bodies.
func (f *Framer) BodyLimit() int64 { return f.limits.Body }

// Next forgets the current request. What Raw and Head gave out stays as it is,
// except for the list of fields, which is used again.
func (f *Framer) Next() {
	f.pending = f.pending[:0]
	f.raw = nil
	f.head = RequestHead{Fields: f.head.Fields.reuse()}
	f.Scanner = Scanner{}
}

// Started reports whether bytes of a head were taken.
func (f *Framer) Started() bool { return f.raw != nil || len(f.pending) > 0 }

// HasHead reports whether the head is complete.
func (f *Framer) HasHead() bool { return f.raw != nil }

// Raw is the head with its empty line once it is complete, in memory of its own.
func (f *Framer) Raw() []byte { return f.raw }

// Pending is what there is of a head that is not complete.
func (f *Framer) Pending() []byte { return f.pending }

// Head is the parsed head. It is valid until Next.
func (f *Framer) Head() *RequestHead { return &f.head }

// ScanHead takes bytes of the head from p and says how many. It must not be
// called again once HasHead is true: then Scan takes the body. The error is an
// [*Error].
func (f *Framer) ScanHead(p []byte) (int, error) {
	if len(f.pending) == 0 {
		end, err := headEnd(p, 0)
		if err != nil {
			return 0, f.startError(p, err)
		}
		if end > 0 && end <= f.limits.Head {
			return end, f.complete(append(make([]byte, 0, end), p[:end]...))
		}
	}
	return f.gather(p)
}

// gather is the way of a head that comes in pieces.
func (f *Framer) gather(p []byte) (int, error) {
	before := len(f.pending)
	take := min(len(p), f.limits.Head-before)
	f.pending = append(f.pending, p[:take]...)
	end, err := headEnd(f.pending, before)
	if err != nil {
		return 0, f.startError(f.pending, err)
	}
	if end > 0 {
		raw := append(make([]byte, 0, end), f.pending[:end]...)
		f.pending = nil
		return end - before, f.complete(raw)
	}
	if err := f.checkStart(f.pending); err != nil {
		return 0, err
	}
	if len(f.pending) == f.limits.Head {
		return 0, tooLong(f.pending)
	}
	return take, nil
}

func (f *Framer) complete(raw []byte) error {
	f.raw = raw
	if err := f.head.Parse(raw, f.limits.Fields); err != nil {
		return err
	}
	kind, n, err := f.head.Framing()
	if err != nil {
		return err
	}
	f.Scanner.Reset(kind, n, f.limits)
	return nil
}

// checkStart refuses a wrong start line before the rest of the head is there.
func (f *Framer) checkStart(p []byte) error {
	line, _, err := cutLine(view(p))
	if err != nil {
		if chars[p[0]]&charToken == 0 {
			return bad("the request does not begin with a method")
		}
		return nil
	}
	var h RequestHead
	return h.parseStart(line)
}

// startError prefers what is wrong with the start line over what is wrong later.
func (f *Framer) startError(p []byte, err error) error {
	if line, _, lineErr := cutLine(view(p)); lineErr == nil && line != "" {
		var h RequestHead
		if startErr := h.parseStart(line); startErr != nil {
			return startErr
		}
	}
	return err
}

func tooLong(p []byte) error {
	if _, _, err := cutLine(view(p)); err != nil {
		return &Error{Status: 414, Text: "the request line is too long"}
	}
	return &Error{Status: 431, Text: "the header lines are too long"}
}

package wire

// Limits bound what is read of one message. A zero field stands for its default.
type Limits struct {
	Head    int   // bytes of start line and header lines with the empty line; 32 KiB
	Fields  int   // header lines, and trailer lines; 1,024
	Line    int   // bytes of one chunk size line with its extensions; 4 KiB
	Framing int   // bytes of chunk framing in one message, trailers among them; 1 MiB
	Body    int64 // bytes of a body freed of framing; no bound
}

func (l Limits) defaults() Limits {
	l.Head = or(l.Head, 32<<10)
	l.Fields = or(l.Fields, 1024)
	l.Line = or(l.Line, 4<<10)
	l.Framing = or(l.Framing, 1<<20)
	l.Body = or(l.Body, 1<<62)
	return l
}

func or[T int | int64](v, def T) T {
	if v > 0 {
		return v
	}
	return def
}

package inspector

// maxFormName is the longest name of a form field that is looked at, as in filters.
const maxFormName = 1 << 10

// hiddenForm hides values of a form that comes in pieces, and values within JSON that
// fields have.
type hiddenForm struct {
	w      *HidingWriter
	name   []byte
	value  *formValue // nil within a name
	hiding bool
}

func (f *hiddenForm) hide(out, p []byte) []byte {
	for _, c := range p {
		switch {
		case c == '&':
			out = f.end(out)
			f.name, f.value, f.hiding = f.name[:0], nil, false
		case f.hiding:
			c = hiddenByte
		case f.value != nil:
			out = f.value.hide(out, c)
			continue
		case c == '=':
			f.begin()
		case len(f.name) <= maxFormName:
			f.name = append(f.name, c)
		}
		out = append(out, c)
	}
	return out
}

// begin decides what becomes of the value of a field.
func (f *hiddenForm) begin() {
	f.value = &formValue{w: f.w}
	if len(f.name) > maxFormName {
		return
	}
	name := unescape(string(f.name))
	if by := f.w.h.field(name); by != "" {
		f.hiding = true
		f.w.hid(by)
	}
	f.value.name = name
}

func (f *hiddenForm) end(out []byte) []byte {
	if f.value == nil {
		return out
	}
	return f.value.end(out)
}

// formValue is the value of a field, in which something is hidden if it is JSON.
type formValue struct {
	w     *HidingWriter
	name  string
	known bool        // what it is
	json  *hiddenJSON // nil if it is none
	raw   []byte      // bytes of the character that is read
	held  formByte    // that json holds back
	out   []byte      // of json
}

// formByte is a byte of a value, as it stands in the form.
type formByte struct {
	plain byte
	raw   [3]byte
	n     int
}

func (v *formValue) hide(out []byte, c byte) []byte {
	if v.known && v.json == nil {
		return append(out, c)
	}
	v.raw = append(v.raw, c)
	for len(v.raw) > 0 {
		n := 1
		if v.raw[0] == '%' {
			switch {
			case len(v.raw) > 1 && hexDigit(v.raw[1]) < 0, len(v.raw) > 2 && hexDigit(v.raw[2]) < 0: // it is none
			case len(v.raw) < 3:
				return out
			default:
				n = 3
			}
		}
		out = v.take(out, v.raw[:n])
		v.raw = v.raw[:copy(v.raw, v.raw[n:])]
	}
	return out
}

// take takes a character of the value.
func (v *formValue) take(out, raw []byte) []byte {
	b := formByte{plain: raw[0]}
	b.n = copy(b.raw[:], raw)
	switch {
	case b.n == 3:
		b.plain = byte(hexDigit(raw[1])<<4 | hexDigit(raw[2]))
	case b.plain == '+':
		b.plain = ' '
	}
	if !v.known && b.plain > ' ' {
		v.known = true
		if b.plain == '{' || b.plain == '[' {
			v.json = newHiddenJSON(&HidingWriter{h: v.w.h, up: v.w, from: v.w.h.within(v.name)})
		}
	}
	if v.json == nil {
		return append(out, raw...)
	}
	held := v.json.bare > 0
	v.out = v.json.hide(v.out[:0], []byte{b.plain})
	shown := v.out
	if held && len(shown) > 0 {
		out, shown = v.held.as(out, shown[0]), shown[1:]
	}
	if len(shown) > 0 {
		return b.as(out, shown[0])
	}
	v.held = b
	return out
}

// as appends what stands for the byte, as long as it was.
func (b *formByte) as(out []byte, shown byte) []byte {
	switch {
	case shown == b.plain:
		return append(out, b.raw[:b.n]...)
	case b.n == 3:
		const digits = "0123456789ABCDEF"
		return append(out, '%', digits[shown>>4], digits[shown&15])
	}
	return append(out, shown)
}

func (v *formValue) end(out []byte) []byte {
	for len(v.raw) > 0 { // a character that was begun
		out = v.take(out, v.raw[:1])
		v.raw = v.raw[1:]
	}
	if v.json != nil && v.json.bare > 0 {
		out = v.held.as(out, v.json.end(v.out[:0])[0])
	}
	return out
}

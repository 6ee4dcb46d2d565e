package terminal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/itchyny/gojq"
)

// Emitter writes values as JSON, one a line, each object with "v":1 first. With
// an expression it writes what the expression yields instead: strings as they
// are, everything else as JSON.
type Emitter struct {
	w    io.Writer
	code *gojq.Code
	raw  bool // strings that an expression yields need no escapes

	// Seen is told each value as JSON before it is written; nil: nobody is.
	Seen func(data []byte)
}

// NewEmitter compiles expr, which may be empty. raw is for a reader that is no
// terminal.
func NewEmitter(w io.Writer, expr string, raw bool) (*Emitter, error) {
	e := &Emitter{w: w, raw: raw}
	if expr == "" {
		return e, nil
	}
	query, err := gojq.Parse(expr)
	if err != nil {
		return nil, fmt.Errorf("jq expression %q: %w", expr, err)
	}
	if e.code, err = gojq.Compile(query); err != nil {
		return nil, fmt.Errorf("jq expression %q: %w", expr, err)
	}
	return e, nil
}

// Emit writes one value.
func (e *Emitter) Emit(value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	data = versioned(data)
	if e.Seen != nil {
		e.Seen(data)
	}
	if e.code == nil {
		_, err = e.w.Write(append(visible(data), '\n'))
		return err
	}
	var input any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&input); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return e.filter(input)
}

func (e *Emitter) filter(input any) error {
	for results := e.code.Run(input); ; {
		v, more := results.Next()
		if !more {
			return nil
		}
		if err, failed := v.(error); failed {
			return fmt.Errorf("jq expression: %w", err)
		}
		if err := e.write(v); err != nil {
			return err
		}
	}
}

func (e *Emitter) write(v any) error {
	if s, text := v.(string); text {
		if !e.raw {
			s = SafeText(s)
		}
		_, err := io.WriteString(e.w, s+"\n")
		return err
	}
	data, err := gojq.Marshal(v)
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err = e.w.Write(append(visible(data), '\n'))
	return err
}

// versioned puts "v":1 in front of an object's members.
func versioned(data []byte) []byte {
	if len(data) == 0 || data[0] != '{' || bytes.HasPrefix(data, []byte(`{"v":`)) {
		return data
	}
	if bytes.Equal(data, []byte("{}")) {
		return []byte(`{"v":1}`)
	}
	return append([]byte(`{"v":1,`), data[1:]...)
}

// visible writes what JSON leaves as it is, but a terminal would act on, as \u
// escapes. The value stays the same.
func visible(data []byte) []byte {
	var out []byte
	done := 0
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r != utf8.RuneError && r >= 0x7f && hidden(r, false) {
			out = append(append(out, data[done:i]...), escapedUnits(r)...)
			done = i + n
		}
		i += n
	}
	if done == 0 {
		return data
	}
	return append(out, data[done:]...)
}

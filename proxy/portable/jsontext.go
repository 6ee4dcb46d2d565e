package portable

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/boathook/boathook/catalog"
)

// explainJSON says why a text could not be read, as [catalog.ExplainJSON], with the place
// apart: offset is -1, and column is 0, if it is not known.
func explainJSON(text []byte, err error) (offset, column int, what string) {
	why := catalog.ExplainJSON(text, err)
	var broken *catalog.SyntaxError
	var other *catalog.JSONMistake
	switch {
	case errors.As(why, &broken):
		return broken.Offset, broken.Column, broken.Text
	case errors.As(why, &other):
		return -1, other.Column, other.Text
	}
	return -1, 0, why.Error()
}

// notHAR says why there are no entries to be read. start is how the file begins.
func notHAR(start []byte, at int64, err error) Mistake {
	var broken *json.SyntaxError
	what := err.Error()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		what = "it ends before its entries"
	case errors.As(err, &broken) && broken.Offset <= int64(len(start)):
		var offset int
		if offset, _, what = explainJSON(start, err); offset >= 0 {
			at = int64(offset)
		}
	case errors.As(err, &broken):
		what = "what stands there is not JSON"
	}
	return Mistake{Byte: at, Text: "is no HAR: " + what}
}

// brokenEntry says why d could not read the entry that begins at a byte.
func brokenEntry(d *json.Decoder, at int64, err error) Mistake {
	var broken *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return Mistake{Byte: at, Text: "the file ends within it"}
	case !errors.As(err, &broken):
		return Mistake{Byte: at, Text: err.Error()}
	}
	text, _ := io.ReadAll(d.Buffered()) // from the entry on; memory does not fail
	offset, _, what := explainJSON(text, err)
	if offset >= 0 {
		at = d.InputOffset() + int64(offset)
	}
	return Mistake{Byte: at, Text: what}
}

// base64Text says what is wrong with a text in base64.
func base64Text(err error) string {
	var digits base64.CorruptInputError
	if errors.As(err, &digits) {
		return fmt.Sprintf("its base64 is broken at byte %d", int64(digits))
	}
	return err.Error()
}

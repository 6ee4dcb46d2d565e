package inspector

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// encode packs s with a writer that open makes.
func encode(t testing.TB, s string, open func(io.Writer) (io.WriteCloser, error)) string {
	t.Helper()
	var b bytes.Buffer
	w, err := open(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zlibbed(t testing.TB, s string) string {
	return encode(t, s, func(w io.Writer) (io.WriteCloser, error) { return zlib.NewWriter(w), nil })
}

func deflated(t testing.TB, s string) string {
	return encode(t, s, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 9) })
}

func brotlied(t testing.TB, s string) string {
	return encode(t, s, func(w io.Writer) (io.WriteCloser, error) { return brotli.NewWriter(w), nil })
}

func zstded(t testing.TB, s string, opts ...zstd.EOption) string {
	return encode(t, s, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w, opts...) })
}

func TestDecode(t *testing.T) {
	t.Parallel()
	const text = `{"hello":"world","again":"hello world hello world hello world"}`
	bomb := strings.Repeat("\x00", 16<<20)
	for _, tt := range []struct {
		name     string
		encoding string
		body     string
		max      int
		want     string
		applied  []string
		cut      bool
		err      error // nil, or io.ErrUnexpectedEOF, or ErrCoding; errAny for any
	}{
		{"none", "", text, 0, text, nil, false, nil},
		{"identity", " identity ,", text, 0, text, nil, false, nil},
		{"none, over the limit", "", text, 5, text[:5], nil, true, nil},
		{"gzip", "gzip", gzipped(text), 0, text, []string{"gzip"}, false, nil},
		{"gzip by its old name", "X-GZIP", gzipped(text), 0, text, []string{"gzip"}, false, nil},
		{"gzip in two members", "gzip", gzipped("a") + gzipped("b"), 0, "ab", []string{"gzip"}, false, nil},
		{"deflate with a head", "deflate", zlibbed(t, text), 0, text, []string{"deflate"}, false, nil},
		{"deflate without", "deflate", deflated(t, text), 0, text, []string{"deflate"}, false, nil},
		{"deflate that looks like a head", "deflate", "\x78\x9c" + "x", 0, "", []string{"deflate"}, false, errAny},
		{"brotli", "br", brotlied(t, text), 0, text, []string{"br"}, false, nil},
		{"zstd", "zstd", zstded(t, text), 0, text, []string{"zstd"}, false, nil},
		{"two codings", "br, gzip", gzipped(brotlied(t, text)), 0, text, []string{"gzip", "br"}, false, nil},
		{"three codings", "gzip, gzip, gzip", gzipped(text), 0, gzipped(text), nil, false, ErrCoding},
		{"five codings", "gzip,gzip,gzip,gzip,gzip", "x", 0, "x", nil, false, ErrCoding},
		{"unknown coding", "compress", text, 0, text, nil, false, ErrCoding},
		{"unknown within known", "sdch, gzip", gzipped(text), 0, text, []string{"gzip"}, false, ErrCoding},
		{"limit", "gzip", gzipped(text), 7, text[:7], []string{"gzip"}, true, nil},
		{"limit just met", "gzip", gzipped(text), len(text), text, []string{"gzip"}, false, nil},
		{"gzip bomb", "gzip", gzipped(bomb), 0, bomb[:maxDecoded], []string{"gzip"}, true, nil},
		{"brotli bomb", "br", brotlied(t, bomb), 1 << 30, bomb[:maxDecoded], []string{"br"}, true, nil},
		{"zstd bomb", "zstd", zstded(t, bomb), 100, bomb[:100], []string{"zstd"}, true, nil},
		{"bomb within a bomb", "gzip, gzip", gzipped(gzipped(bomb)), 0, bomb[:maxDecoded], []string{"gzip", "gzip"}, true, nil},
		{"plain text that says gzip", "gzip", text, 0, "", []string{"gzip"}, false, errAny},
		{"plain text that says zstd", "zstd", text, 0, "", []string{"zstd"}, false, errAny},
		{"nothing that says gzip", "gzip", "", 0, "", []string{"gzip"}, false, io.ErrUnexpectedEOF},
		{"cut gzip", "gzip", gzipped(text)[:40], 0, `{"hello":"w`, []string{"gzip"}, false, io.ErrUnexpectedEOF},
		{"junk after gzip", "gzip", gzipped(text) + "junk", 0, text, []string{"gzip"}, false, errAny},
		{"cut brotli", "br", brotlied(t, text)[:10], 0, "", []string{"br"}, false, io.ErrUnexpectedEOF},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			// Not by the clock, which a slow machine meets before the other bounds.
			d, err := decodeUntil(time.Now().Add(time.Minute), tt.encoding, []byte(tt.body), tt.max)
			switch {
			case tt.err == errAny && err == nil:
				t.Error("no error")
			case tt.err != errAny && !errors.Is(err, tt.err):
				t.Errorf("error = %v, want %v", err, tt.err)
			}
			if len(d.Bytes) > maxDecoded || !strings.HasPrefix(string(d.Bytes), tt.want) || err == nil && len(d.Bytes) != len(tt.want) {
				t.Errorf("got %d bytes (%.80q), want %d (%.80q)", len(d.Bytes), d.Bytes, len(tt.want), tt.want)
			}
			if d.Truncated != tt.cut {
				t.Errorf("Truncated = %v, want %v", d.Truncated, tt.cut)
			}
			if !reflect.DeepEqual(d.Applied, tt.applied) {
				t.Errorf("Applied = %v, want %v", d.Applied, tt.applied)
			}
		})
	}
}

var errAny = errors.New("any")

func TestDecodeRefusesHugeZstdWindow(t *testing.T) {
	t.Parallel()
	// A frame head that announces a window of 1 GiB, then an empty last block.
	frame := []byte{0x28, 0xB5, 0x2F, 0xFD, 0x00, 20 << 3, 0x01, 0x00, 0x00}
	if _, err := Decode("zstd", frame, 0); err == nil {
		t.Error("a window of 1 GiB was taken")
	}
}

func TestDecodeEndsInTime(t *testing.T) {
	t.Parallel()
	// Members that hold nothing give the reader no reason to return.
	body := []byte(strings.Repeat(gzipped(""), 400_000))
	start := time.Now()
	d, err := Decode("gzip", body, 0)
	if len(d.Bytes) != 0 || err != nil && !errors.Is(err, ErrSlowDecode) {
		t.Errorf("Decode = %d bytes, %v", len(d.Bytes), err)
	}
	if spent := time.Since(start); spent > 30*time.Second {
		t.Errorf("took %s", spent)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("gzip", []byte(gzipped("hello hello hello")), 8)
	f.Add("deflate", []byte(zlibbed(f, "hello")), 0)
	f.Add("br, gzip", []byte(gzipped(brotlied(f, "hello"))), 0)
	f.Add("zstd", []byte(zstded(f, "hello hello")), 3)
	f.Fuzz(func(t *testing.T, encoding string, body []byte, max int) {
		d, err := Decode(encoding, body, max)
		limit := maxDecoded
		if max > 0 && max < limit {
			limit = max
		}
		if len(d.Bytes) > limit {
			t.Errorf("%d bytes, the limit was %d", len(d.Bytes), limit)
		}
		if err == nil && !d.Truncated && len(d.Applied) == 0 && !bytes.Equal(d.Bytes, body) {
			t.Error("bytes changed without a coding")
		}
	})
}

package badgerstore

import (
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
)

func wordsByScan(text []byte) *filter {
	var f filter
	inspector.ScanWords(text, func(word []byte) { f.add(hashWord(word)) })
	return &f
}

// What a filter holds is what a search asks for.
func FuzzAddWords(f *testing.F) {
	for _, text := range []string{
		"", "abc", "abcd", "ABCD-ef_9", "a b cc ddd eeee", "tail word", strings.Repeat("x", 64), strings.Repeat("x", 65) + " y",
		strings.Repeat("Long", 40), "\xff\x80\xc3\xa9t\xc3\xa9", `{"id":"evt_1Ab","n":12345}`, "end\x00word",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got filter
		got.addWords(text)
		if got != *wordsByScan(text) {
			t.Errorf("the words of %q differ from those that ScanWords finds", text)
		}
	})
}

// Every word that was added is found again.
func TestAddedWordsAreFound(t *testing.T) {
	t.Parallel()
	var f filter
	f.addWords([]byte("one Two-Three four_five sixth"))
	for word, want := range map[string]bool{"two-three": true, "four_five": true, "sixth": true, "absent": false, "one": false} {
		w := placeWord(hashWord([]byte(word)))
		has := true
		for i, bits := range w.bits {
			has = has && f[w.line][i]&bits == bits
		}
		if has != want {
			t.Errorf("%s found = %v, want %v", word, has, want)
		}
	}
}

func BenchmarkAddWords(b *testing.B) {
	text := []byte(strings.Repeat(`{"sku":"3f9a7c21d8","qty":4,"note":"some words here"},`, 20))
	b.SetBytes(int64(len(text)))
	var f filter
	for b.Loop() {
		f.addWords(text)
	}
}

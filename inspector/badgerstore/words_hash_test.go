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

// What is left out of a text that begins like the one before it is in the filter.
func FuzzAlike(f *testing.F) {
	for _, pair := range [][2]string{
		{"", ""}, {"", "some words\r\n"}, {"line one\r\nline two", "line one\r\nline too\r\nline three"}, {"word", "words"}, {"words", "word"},
		{"first\nsecond", "first\n"}, {"first\n", "first\nsecond"}, {"12345678901234567890", "1234567890123456789x"},
	} {
		f.Add([]byte(pair[0]), []byte(pair[1]))
	}
	f.Fuzz(func(t *testing.T, one, two []byte) {
		var w wordScan
		var before []byte
		want := wordsByScan(one)
		inspector.ScanWords(two, func(word []byte) { want.add(hashWord(word)) })
		for _, text := range [][]byte{one, two, two} {
			w.alike(&before, text)
		}
		if w.filter != *want {
			t.Errorf("the words of %q and %q differ from those that ScanWords finds", one, two)
		}
	})
}

// The filter of rows that are alike is that of each of them.
func TestAlikeRows(t *testing.T) {
	t.Parallel()
	var together, want wordScan
	for _, r := range []inspector.Row{
		{}, {}, {Method: "POST", Status: 200, Inbox: "demo"}, {Method: "POST", Status: 200, Inbox: "demo", Tags: []string{"a=bcdef"}},
		{Method: "GETS", Status: 404, Event: "paid"}, {Method: "POST"},
	} {
		var alone wordScan
		together.row(&r)
		alone.row(&r)
		for i := range alone.filter {
			for k, bits := range alone.filter[i] {
				want.filter[i][k] |= bits
			}
		}
	}
	if together.filter != want.filter {
		t.Error("they differ")
	}
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

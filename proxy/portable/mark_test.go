package portable_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"hash"
	"slices"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/portable"
)

func ownMark() hash.Hash { return hmac.New(sha256.New, []byte("own")) }

// What a file says of a signature counts only if this store wrote it and nobody
// changed a byte since.
func TestImportDoesNotBelieveAVerdict(t *testing.T) {
	t.Parallel()
	from := newStore(t)
	fill(t, from)
	otherMark := func() hash.Hash { return hmac.New(sha256.New, []byte("other")) }
	file := export(t, from, portable.ExportOptions{Format: portable.JSONL, Mark: ownMark})
	lines := bytes.SplitAfter(file, []byte("\n"))
	long := slices.IndexFunc(lines, func(l []byte) bool { return bytes.Contains(l, []byte(`"seq":1`)) })
	changed := func(line int, old, with string) []byte {
		all := slices.Clone(lines)
		all[line] = bytes.Replace(all[line], []byte(old), []byte(with), 1)
		if bytes.Equal(all[line], lines[line]) {
			t.Fatalf("line %d has no %q", line, old)
		}
		return bytes.Join(all, nil)
	}
	piece := string(lines[long][bytes.Index(lines[long], []byte(`"data":"`)):][:20])
	for _, tt := range []struct {
		name  string
		file  []byte
		mark  func() hash.Hash
		trust int // deliveries whose verdict is kept
	}{
		{"written by this store", file, ownMark, 8},
		{"line ends of another system", bytes.ReplaceAll(file, []byte("\n"), []byte("\r\n")), ownMark, 8},
		{"written by another", file, otherMark, 0},
		{"read by who has no mark", file, nil, 0},
		{"no marks", export(t, from, portable.ExportOptions{Format: portable.JSONL}), ownMark, 0},
		{"a verdict changed", changed(0, `"verdict":"invalid"`, `"verdict":"valid"`), ownMark, 7},
		{"a piece of a body changed", changed(long, piece, piece[:12]+"AAAAAAAA"), ownMark, 7},
		{"the mark is cut", changed(0, `,"mark":"`, `,"mark":"00`), ownMark, 7},
		{"the mark of another line", append(slices.Clone(lines[0][:bytes.LastIndex(lines[0], []byte(`,"mark"`))]), lines[1][bytes.LastIndex(lines[1], []byte(`,"mark"`)):]...), ownMark, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			to := newStore(t)
			res := read(t, to, tt.file, portable.ImportOptions{Mark: tt.mark})
			trusted, claimed := 0, 0
			for _, v := range everything(t, to) {
				switch {
				case v.Row.Verdict == inspector.Invalid && v.Row.Scheme == "webconnex" && v.Row.Cause == "reserialized":
					trusted++
				case v.Row.Verdict == inspector.Unchecked && v.Row.Scheme == "" && v.Row.Cause == "":
					if strings.Contains(fmt.Sprint(v.Attempts[0].Notes), "the file says that its signature is") {
						claimed++
					}
				default:
					t.Errorf("%+v", v.Row)
				}
			}
			if trusted != tt.trust || trusted+claimed != res.Imported || len(res.Check) != claimed {
				t.Errorf("%d of %d are believed, %d remarks, %d to check", trusted, res.Imported, claimed, len(res.Check))
			}
		})
	}
}

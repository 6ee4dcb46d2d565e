package portable

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash"
	"io"
	"regexp"
	"time"

	"github.com/boathook/boathook/inspector"
)

// maxErrors is how many mistakes of a file are told one by one.
const maxErrors = 20

// ImportOptions say what an import reads and how it is filed.
type ImportOptions struct {
	Format Format // "": told from the first bytes
	// Recording names the set that the deliveries belong to, as the tag rec=NAME;
	// "": none.
	Recording string
	Inbox     string // of requests that come without one, as HAR's and curl's do
	Now       time.Time
	// Mark is that of [ExportOptions]. A delivery without its mark is not believed what
	// it says of its signature.
	Mark func() hash.Hash
}

// Result says what became of a file.
type Result struct {
	Format   Format
	Imported int
	Skipped  int       // deliveries that are there already, by id
	Failed   int       // entries that could not be read
	Errors   []Mistake // the first of them
	// Check are the imported deliveries that an inbox has received and whose
	// signatures are to be checked here.
	Check []inspector.ID
}

// Mistake is an entry that could not be read.
type Mistake struct {
	Line  int   // from 1, of the file; 0 if it has no lines
	Entry int   // from 1, of the entries of a HAR or a script
	Byte  int64 // offset, -1 if not known
	Text  string
}

func (m Mistake) String() string {
	switch {
	case m.Line > 0:
		return fmt.Sprintf("line %d: %s", m.Line, m.Text)
	case m.Entry > 0 && m.Byte >= 0:
		return fmt.Sprintf("entry %d, at byte %d: %s", m.Entry, m.Byte, m.Text)
	case m.Entry > 0:
		return fmt.Sprintf("entry %d: %s", m.Entry, m.Text)
	case m.Byte >= 0:
		return fmt.Sprintf("at byte %d: %s", m.Byte, m.Text)
	}
	return m.Text
}

// ErrNothing is returned for a file that holds nothing that can be imported.
var ErrNothing = errors.New("nothing to import")

// importer files what a reader finds.
type importer struct {
	ctx   context.Context
	store inspector.Store
	ws    inspector.Workspace
	ids   *inspector.IDs
	opt   ImportOptions
	mark  marker
	res   Result
}

// Import reads deliveries from r and stores them. What cannot be read is told in
// the result and does not hold up the rest. An id is kept if it is free and not
// of the future; a delivery whose id is there already is skipped, never
// overwritten. The error is ErrFormat, ErrNothing, that of r or of the store; what
// was imported before it stays, as the result says.
func Import(ctx context.Context, r io.Reader, store inspector.Store, ws inspector.Workspace, ids *inspector.IDs, opt ImportOptions) (Result, error) {
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	im := &importer{ctx: ctx, store: store, ws: ws, ids: ids, opt: opt, mark: marker{make: opt.Mark}}
	b := bufio.NewReaderSize(r, 64<<10)
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(3) // a byte order mark, which was just peeked at
	}
	if opt.Format == "" {
		im.opt.Format = sniff(b)
	}
	im.res.Format = im.opt.Format
	var err error
	if what := foreign(b); opt.Format == "" && what != "" {
		im.mistake(Mistake{Byte: -1, Text: what})
		return im.res, nil
	}
	switch im.opt.Format {
	case JSONL:
		err = im.lines(b)
	case HAR:
		err = im.har(b)
	case Curl:
		err = im.curl(b)
	case Raw:
		err = im.raw(b)
	default:
		return im.res, fmt.Errorf("%w: %.40q; want one of %v", ErrFormat, opt.Format, ImportFormats)
	}
	if err == nil && im.res.Imported+im.res.Skipped+im.res.Failed == 0 {
		err = ErrNothing
	}
	return im.res, err
}

// sniff tells the format from how a file begins.
func sniff(b *bufio.Reader) Format {
	start, _ := b.Peek(4096) // a shorter file is all there is
	text := bytes.TrimLeft(start, " \t\r\n")
	switch {
	case bytes.HasPrefix(text, []byte("curl")), bytes.HasPrefix(text, []byte("#!")), bytes.HasPrefix(text, []byte("$ curl")):
		return Curl
	case bytes.HasPrefix(text, []byte("{")):
		first, _, _ := bytes.Cut(text, []byte("\n"))
		if bytes.Contains(first, []byte(`"v":`)) {
			return JSONL
		}
		if bytes.Contains(text, []byte(`"log"`)) {
			return HAR
		}
		return JSONL
	}
	return Raw
}

// postman is what a collection says of itself. The body of a request may be one as well.
var postman = regexp.MustCompile(`"schema":\s*"https://schema\.getpostman\.com/`)

// foreign says of a file in one of the formats that are written only, which one it
// is; "" for any other.
func foreign(b *bufio.Reader) string {
	start, _ := b.Peek(4096) // a shorter file is all there is
	object := bytes.HasPrefix(bytes.TrimLeft(start, " \t\r\n"), []byte("{"))
	what := ""
	switch {
	case bytes.HasPrefix(start, []byte("PK\x03\x04")), bytes.HasPrefix(start, []byte("PK\x05\x06")):
		what = "is a ZIP file"
	case bytes.HasPrefix(start, []byte("\x1f\x8b")):
		what = "is packed by gzip; unpack it first"
	case object && postman.Match(start):
		what = "is a collection of Postman"
	case bytes.HasPrefix(start, []byte("#!")) && bytes.Contains(start, []byte("TARGET")) && bytes.Contains(start, []byte("boathook")):
		what = "is a script, whose requests are put together when it runs"
	}
	if what == "" {
		return ""
	}
	return what + "; what can be imported is jsonl, har, curl and raw HTTP, and jsonl holds every byte"
}

func (im *importer) mistake(m Mistake) {
	im.res.Failed++
	if len(im.res.Errors) < maxErrors {
		im.res.Errors = append(im.res.Errors, m)
	}
}

func (im *importer) tags(tags []string) []string {
	if im.opt.Recording == "" {
		return tags
	}
	tag := inspector.RecordingTag + im.opt.Recording
	for _, t := range tags {
		if t == tag {
			return tags
		}
	}
	return append(tags, tag)
}

// choose decides on the id of a delivery: its own, or a new one where that can no
// longer be used. False means that it is there already.
func (im *importer) choose(id inspector.ID) (inspector.ID, bool, error) {
	if !id.Zero() && !id.Time().After(im.opt.Now) {
		switch _, err := im.store.Get(im.ctx, im.ws, id); {
		case errors.Is(err, inspector.ErrErased):
		case errors.Is(err, inspector.ErrNotFound):
			return id, true, nil
		default:
			return id, false, err
		}
	}
	id, err := im.ids.New(im.opt.Now)
	return id, true, err
}

// unsure notes a delivery whose signature is to be checked.
func (im *importer) unsure(row *inspector.Row) {
	if row.Dir == inspector.In && row.Inbox != "" {
		im.res.Check = append(im.res.Check, row.ID)
	}
}

// commit stores a batch, again for a while if the store is busy.
func (im *importer) commit(b *inspector.Batch) error {
	b.Workspace = im.ws
	for end := time.Now().Add(10 * time.Second); ; {
		_, err := im.store.Commit(im.ctx, b)
		if !errors.Is(err, inspector.ErrBusy) || time.Now().After(end) {
			return err
		}
		select {
		case <-im.ctx.Done():
			return im.ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// pieces cuts a body into chunks.
func pieces(key inspector.BodyKey, body []byte) []inspector.Chunk {
	var list []inspector.Chunk
	for len(body) > 0 {
		n := min(len(body), inspector.ChunkBytes)
		list = append(list, inspector.Chunk{Body: key, Seq: len(list), Data: body[:n]})
		body = body[n:]
	}
	return list
}

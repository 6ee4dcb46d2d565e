package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/boathook/boathook/inspector"
)

// backed is a store that can be backed up, or fails to half way.
type backed struct {
	inspector.Store
	data []byte
	fail error
}

func (b *backed) Backup(_ context.Context, w io.Writer) error {
	for piece := b.data; len(piece) > 0; {
		n := min(len(piece), 10_000)
		if _, err := w.Write(piece[:n]); err != nil {
			return err
		}
		piece = piece[n:]
	}
	return b.fail
}

func TestBackupIsWholeOrBroken(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte("0123456789abcdef"), 100_000)
	for _, fail := range []error{nil, errors.New("disk broke")} {
		r := newRig(t, func(o *Options) { o.Store = &backed{o.Store, data, fail} })
		req, err := http.NewRequest("GET", "http://"+r.addr+"/api/v1/backup", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := plain.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		switch {
		case fail == nil && (err != nil || !bytes.Equal(got, data)):
			t.Errorf("%d of %d bytes, %v", len(got), len(data), err)
		case fail != nil && err == nil:
			t.Error("a backup that broke off looks whole")
		}
	}
}

func TestOldClientsThatNameNoHost(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, start := range []string{"GET /healthz HTTP/1.0", "GET /healthz HTTP/1.1", "GET /healthz", "GET http://localhost/healthz HTTP/1.0"} {
		got := r.raw(start + "\r\nAuthorization: Bearer " + token + "\r\n\r\n")
		if len(got) < 12 || got[9:12] != "400" {
			t.Errorf("%s = %.100q, want 400", start, got)
		}
	}
}

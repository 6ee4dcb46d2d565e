//go:build browser

package browser

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"github.com/boathook/boathook/inspector"
)

// The command that is copied for a large body, run beside the file that the page offers
// under that name, sends the request again to the byte.
func TestCurlWithFileSendsTheSame(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl here")
	}
	noise := make([]byte, 1<<20+12_345)
	r := rand.New(rand.NewPCG(3, 4))
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	copy(noise, "@\x00\r\n'\"$(id)\\")
	for _, tt := range []struct{ name, head, body string }{
		{"bytes", "X-Quote: it's \"q\" $HOME `id` \\n\r\nX-Empty:\r\nContent-Type: application/octet-stream\r\n", string(noise)},
		{"text", "X-Two: 1\r\nx-two: 2\r\nContent-Type: application/json\r\n", `{"text":"` + strings.Repeat("a line of é\\n", 120_000) + "\"}\r\n\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			want := fmt.Sprintf("PUT /in/demo/a?b=%%20c HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n\r\n%s", r.capture, tt.head, len(tt.body), tt.body)
			r.sendRaw(want)
			dir := t.TempDir()
			p := r.open("/live?sel=1&tab=request")
			p.downloads(dir)
			eval[bool](p, `(navigator.clipboard.writeText = async (s) => { window.copied = s; }) && true`)
			p.click("Copy curl with @file")
			p.wait(`window.copied?.includes('@1.body')`)
			p.click("Download")
			file := filepath.Join(dir, "1.body")
			for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
				if got, err := os.ReadFile(file); err == nil && len(got) == len(tt.body) {
					break
				}
				if time.Now().After(end) {
					there, _ := filepath.Glob(filepath.Join(dir, "*"))
					t.Fatalf("the file that the command names was not saved; there are %q", there)
				}
			}
			cmd := exec.CommandContext(t.Context(), "sh", "-c", eval[string](p, `window.copied`))
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			sent := r.stored()
			if len(sent) != 2 {
				t.Fatalf("%d deliveries, want the first and what curl has sent", len(sent))
			}
			if got := r.raw(sent[0]); got != want {
				t.Errorf("curl sends %.300q …, want %.300q …", got, want)
			}
		})
	}
}

// downloads saves what the tab downloads in a folder, without asking.
func (p *tab) downloads(dir string) {
	p.t.Helper()
	if _, err := chromedp.CallBrowser(p.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir}); err != nil {
		p.t.Fatal(err)
	}
}

// raw is a stored request as it crossed the wire.
func (r *rig) raw(id string) string {
	r.t.Helper()
	parsed, err := inspector.ParseID(id)
	if err != nil {
		r.t.Fatal(err)
	}
	all, err := r.store.Attempts(context.Background(), inspector.DefaultWorkspace, parsed)
	if err != nil {
		r.t.Fatal(err)
	}
	b, err := r.store.Body(context.Background(), inspector.DefaultWorkspace, all[0].BodyKey(inspector.Request))
	if err != nil {
		r.t.Fatal(err)
	}
	defer b.Close()
	var out bytes.Buffer
	out.Write(all[0].Request.Head)
	if _, err := io.Copy(&out, io.NewSectionReader(b, 0, b.Size())); err != nil {
		r.t.Fatal(err)
	}
	return out.String()
}

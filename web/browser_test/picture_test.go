//go:build browser

package browser

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// How far a picture may be from the one that is kept: a channel of a pixel by so
// much, and this share of all pixels by more.
const (
	channelRoom = 8
	pixelRoom   = 0.001
)

// album are the pictures that are kept.
type album struct {
	dir   string
	write bool
	left  string // folder of what did not fit, made when it is needed
}

// look takes a picture of the page and compares it with the one that is kept. A page
// that is still moving gets its time.
func (a *album) look(p *tab, name string) {
	p.t.Helper()
	file := filepath.Join(a.dir, name+".png")
	if a.write {
		if err := writePicture(file, p.still()); err != nil {
			p.t.Fatal(err)
		}
		return
	}
	want, err := readPicture(file)
	if errors.Is(err, fs.ErrNotExist) {
		p.t.Errorf("%s is not kept: look at it, then run make pictures", name)
		return
	}
	if err != nil {
		p.t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		got := p.picture()
		delta, share := differ(want, halve(got))
		if share <= pixelRoom {
			return
		}
		if time.Now().After(deadline) {
			p.t.Errorf("%s looks other than it did: %.2f %% of its pixels, see %s", name, share*100, a.leave(p.t, name, want, got, delta))
			return
		}
	}
}

// still is what the page shows once it has shown the same for half a second.
func (p *tab) still() *image.RGBA {
	p.t.Helper()
	was := halve(p.picture())
	for deadline := time.Now().Add(30 * time.Second); ; {
		time.Sleep(500 * time.Millisecond)
		now := halve(p.picture())
		if _, share := differ(was, now); share == 0 {
			return now
		}
		if time.Now().After(deadline) {
			p.t.Fatal("the page never stands still")
		}
		was = now
	}
}

// leave writes before, after and what differs, and says where.
func (a *album) leave(t *testing.T, name string, before, after, delta image.Image) string {
	t.Helper()
	if a.left == "" {
		dir, err := os.MkdirTemp("", "boathook-pictures-")
		if err != nil {
			t.Fatal(err)
		}
		a.left = dir
	}
	for as, img := range map[string]image.Image{"before": before, "after": after, "delta": delta} {
		if err := writePicture(filepath.Join(a.left, name+"-"+as+".png"), img); err != nil {
			t.Fatal(err)
		}
	}
	return a.left
}

// picture is what the page shows now.
func (p *tab) picture() *image.RGBA {
	p.t.Helper()
	shot, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		p.t.Fatal(err)
	}
	return plain(img)
}

func plain(img image.Image) *image.RGBA {
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Rect, img, out.Rect.Min, draw.Src)
	return out
}

// halve makes a picture small enough to be kept: half as wide and as high, and its
// channels in steps of 8, so that each is off by at most half of what a comparison
// forgives.
func halve(img *image.RGBA) *image.RGBA {
	size := img.Bounds().Size().Div(2)
	out := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			to, from := out.PixOffset(x, y), img.PixOffset(2*x, 2*y)
			for c := range 3 {
				sum := int(img.Pix[from+c]) + int(img.Pix[from+4+c]) + int(img.Pix[from+img.Stride+c]) + int(img.Pix[from+img.Stride+4+c])
				out.Pix[to+c] = byte(sum/4)&^7 | 4
			}
			out.Pix[to+3] = 0xff
		}
	}
	return out
}

func readPicture(file string) (*image.RGBA, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return plain(img), nil
}

// writePicture writes a picture, with a palette if it has few colours.
func writePicture(file string, img image.Image) error {
	if flat := withPalette(plain(img)); flat != nil {
		img = flat
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, img); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}

// withPalette is nil for a picture with more than 256 colours.
func withPalette(img *image.RGBA) *image.Paletted {
	index := map[color.RGBA]byte{}
	out := image.NewPaletted(img.Rect, nil)
	for i := range out.Pix {
		c := color.RGBA{img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2], 0xff}
		at, ok := index[c]
		if !ok {
			if len(index) == 256 {
				return nil
			}
			at = byte(len(index)) //nolint:gosec // below 256, as the line above says
			index[c] = at
			out.Palette = append(out.Palette, c)
		}
		out.Pix[i] = at
	}
	return out
}

// differ tells which share of the pixels differ by more than a comparison forgives,
// and draws them red.
func differ(want, got *image.RGBA) (*image.RGBA, float64) {
	delta, n := image.NewRGBA(got.Rect), 0
	if want.Rect != got.Rect {
		return delta, 1
	}
	for i := 0; i < len(got.Pix); i += 4 {
		delta.Pix[i+3] = 0xff
		far := false
		for c := range 3 {
			x, y := int(want.Pix[i+c]), int(got.Pix[i+c])
			far = far || max(x-y, y-x) > channelRoom
			delta.Pix[i+c] = got.Pix[i+c] / 4
		}
		if far {
			n++
			delta.Pix[i] = 0xff
		}
	}
	return delta, float64(n) / float64(len(got.Pix)/4)
}

// A comparison forgives what smoothing does to a line and nothing that a person sees:
// a bar that stands two pixels lower, a line of text that is gone, another shade.
func TestDiffer(t *testing.T) {
	t.Parallel()
	draws := func(top int, ink, ground uint8) *image.RGBA {
		img := image.NewRGBA(image.Rect(0, 0, 400, 300))
		draw.Draw(img, img.Rect, image.NewUniform(color.Gray{Y: ground}), image.Point{}, draw.Src)
		draw.Draw(img, image.Rect(0, top, 400, top+20), image.NewUniform(color.Gray{Y: ink}), image.Point{}, draw.Src)
		return halve(img)
	}
	was := draws(100, 20, 250)
	for name, c := range map[string]struct {
		is     *image.RGBA
		differ bool
	}{
		"the same":          {draws(100, 20, 250), false},
		"a little darker":   {draws(100, 20, 246), false},
		"two pixels lower":  {draws(102, 20, 250), true},
		"gone":              {draws(400, 20, 250), true},
		"another shade":     {draws(100, 20, 230), true},
		"of another height": {image.NewRGBA(image.Rect(0, 0, 200, 151)), true},
	} {
		if _, share := differ(was, c.is); share > pixelRoom != c.differ {
			t.Errorf("%s: %.4f of the pixels differ, want differing = %v", name, share, c.differ)
		}
	}
}

//go:build browser

package browser

import (
	"fmt"
	"os"
	"path/filepath"
)

// ownFonts has the browser, where it uses fontconfig, find the fonts of testdata and
// no others, so that the page looks and measures the same on every such machine.
// cache is a folder it may write to.
func ownFonts(cache string) error {
	fonts, err := filepath.Abs(filepath.Join("testdata", "fonts"))
	if err != nil {
		return err
	}
	prefer := func(generic, family string) string {
		return fmt.Sprintf("<alias binding=\"same\"><family>%s</family><prefer><family>%s</family></prefer></alias>\n", generic, family)
	}
	conf := `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>` + fonts + `</dir>
<cachedir>` + filepath.Join(cache, "fonts") + `</cachedir>
` + prefer("sans-serif", "DejaVu Sans") + prefer("system-ui", "DejaVu Sans") + prefer("monospace", "DejaVu Sans Mono") + prefer("ui-monospace", "DejaVu Sans Mono") + `
<match target="font"><edit name="antialias" mode="assign"><bool>true</bool></edit><edit name="hinting" mode="assign"><bool>false</bool></edit><edit name="rgba" mode="assign"><const>none</const></edit></match>
</fontconfig>
`
	file := filepath.Join(cache, "fonts.conf")
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		return err
	}
	return os.Setenv("FONTCONFIG_FILE", file)
}

//go:build !browser

package browser

import "testing"

func TestInBrowser(t *testing.T) {
	t.Skip("left out: the tests in a real browser need Chromium; run make test, or go test -tags browser ./web/browser_test/...")
}

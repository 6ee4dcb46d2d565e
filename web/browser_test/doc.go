// Package browser tests the page in a real browser: headless Chromium against a
// page server, a store in memory and a capture port, all in one process.
//
// The tests are built with the tag browser; `make test` runs them.
package browser

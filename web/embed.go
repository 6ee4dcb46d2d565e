package web

import "embed"

// files is the page. Everything in it is public.
//
//go:embed static
var files embed.FS

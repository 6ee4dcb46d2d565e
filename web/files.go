package web

import (
	"context"
	"fmt"

	"github.com/boathook/boathook/web/client"
)

// FewFiles is the limit of open files below which the store and a few
// connections may not be had at the same time.
const FewFiles = 256

// checkFiles says nothing where there is no limit to be known.
func (s *Server) checkFiles(context.Context) []client.Check {
	switch n := FileLimit(); {
	case n == 0:
		return nil
	case n < FewFiles:
		return finding("files", stateWarn, fmt.Sprintf("at most %d files and connections may be open at once", n), "raise the hard limit to 1024 or more: ulimit -H -n")
	}
	return finding("files", stateOK, "enough files and connections may be open at once", "")
}

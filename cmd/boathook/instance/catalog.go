package instance

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/boathook/boathook/catalog"
)

// providersFolder holds the providers that a user has written, in the data folder.
const providersFolder = "providers"

// openCatalog reads the catalogue of the program and the user's providers. One that
// is wrong is an error with its place: to go on without it would send events that
// look like nobody's.
func (s *Server) openCatalog() (*catalog.Catalog, error) {
	c := catalog.Builtin()
	if s.opt.Dir == "" {
		return c, nil
	}
	dir := filepath.Join(s.opt.Dir, providersFolder)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	c, err := c.WithFolders(os.DirFS(dir))
	if err != nil {
		return nil, fmt.Errorf("read the providers in %s: %w", dir, err)
	}
	return c, nil
}

package instance

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy/vault"
)

// openStore opens the store that a URL names.
func (s *Server) openStore() (inspector.Store, error) {
	s.kind, s.path = storePath(s.opt.Dir, s.opt.Store)
	if s.kind == "memory" {
		return memstore.New(), nil
	}
	opt := badgerstore.Options{
		MinFreeBytes: s.opt.MinFree,
		Log:          func(format string, args ...any) { s.log.Warn(fmt.Sprintf(format, args...)) },
	}
	if s.opt.Unsynced {
		opt.Durability = badgerstore.Process
	}
	if err := undoReplace(s.path); err != nil {
		return nil, err
	}
	store, err := badgerstore.Open(s.path, opt)
	if err != nil {
		return nil, fmt.Errorf("open the store in %s: %w", s.path, err)
	}
	return store, nil
}

// openVault opens what seals the secrets. It lies in the data folder, wherever the
// store is, so that a copy of the store holds no secret that can be read.
func (s *Server) openVault() (*vault.Vault, error) {
	if s.opt.Dir == "" || s.opt.Store == "memory:" {
		return vault.Ephemeral(), nil
	}
	return vault.Open(s.opt.Dir)
}

// storePath splits a store's URL into kind and path; "" is Badger in the data
// folder.
func storePath(dir, url string) (kind, path string) {
	kind, path, _ = strings.Cut(url, ":")
	switch {
	case kind == "memory":
		return kind, ""
	case path == "":
		return "badger", filepath.Join(dir, "store")
	}
	return kind, path
}

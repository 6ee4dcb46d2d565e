package web

import (
	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
)

// bare is the store below the committer, which may be able to do more than
// every store.
func (s *Server) bare() inspector.Store {
	if c, ok := s.opt.Store.(*inspector.Committer); ok {
		return c.Store
	}
	return s.opt.Store
}

// getBackup answers a copy of the store, as it is now. A session is enough: the
// page shows all that is in it.
func (s *Server) getBackup(c *fiber.Ctx) error {
	b, ok := s.bare().(inspector.Backuper)
	if !ok {
		return problem(501, "no-backup", "store has no backup", "this kind of store cannot be backed up")
	}
	asBytes(c, "boathook-"+s.now().UTC().Format("20060102-150405")+".backup")
	return s.stream(c, -1, nil, b.Backup)
}

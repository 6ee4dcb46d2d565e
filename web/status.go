package web

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// getHealth tells whoever looks after the process whether deliveries are stored. Why
// they are not is nothing for everybody to know.
func (s *Server) getHealth(c *fiber.Ctx) error {
	ctx, cancel := s.reading(c)
	defer cancel()
	if st, err := s.opt.Store.Stats(ctx, s.ws); err != nil || st.Refusing != "" {
		return problem(503, "store", "store does not accept writes", "nothing is stored now; the status and the log say why")
	}
	return sendJSON(c, 200, map[string]bool{"ok": true})
}

func (s *Server) getStatus(c *fiber.Ctx) error {
	ctx, cancel := s.reading(c)
	defer cancel()
	st, err := s.opt.Store.Stats(ctx, s.ws)
	if err != nil {
		return fmt.Errorf("read the store's state: %w", err)
	}
	v := client.Status{
		Version: s.opt.Version, PID: pid(), Started: timeText(s.started), Page: s.pageURL(), Capture: s.captureURL(),
		Store: client.StoreStatus{
			Kind: s.opt.StoreKind, Path: s.opt.StorePath, Deliveries: st.Deliveries, Trashed: st.Trashed, FirstN: st.FirstN, LastN: st.LastN,
			Bytes: st.Bytes, FreeBytes: st.FreeBytes, Refusing: st.Refusing, Losses: losses(st.Losses),
		},
		Sockets: s.feeds.count(), Dir: s.opt.Dir, Recording: s.recordingNow(), Described: s.opt.Described,
	}
	if v.Described == nil {
		v.Described = map[string]string{}
	}
	if s.opt.Bounds != nil {
		b := s.opt.Bounds.Get()
		v.Retention, v.BodyLimit = client.Retention{Count: int(b.Count), Bytes: b.Bytes, Age: b.AgeS, Trash: b.TrashS}, b.BodyLimit
	}
	if s.opt.Masks != nil {
		v.Mask = s.opt.Masks.Get().Rev
	}
	v.Retention.Held = s.held()
	if s.opt.Inboxes != nil {
		v.Inboxes = len(s.opt.Inboxes.List())
	}
	if s.opt.Malformed != nil {
		v.Malformed = s.opt.Malformed()
	}
	return sendJSON(c, 200, v)
}

// recordingNow is what takes in what arrives.
func (s *Server) recordingNow() []client.RecordingNow {
	now := []client.RecordingNow{}
	if s.opt.Recordings == nil {
		return now
	}
	for _, r := range s.opt.Recordings.List() {
		if r.Live != nil {
			now = append(now, client.RecordingNow{Name: r.Name, Inbox: r.Live.Inbox, Since: timeText(r.Live.Since)})
		}
	}
	return now
}

func (s *Server) held() bool { return s.opt.Held != nil && s.opt.Held() }

func losses(all []inspector.Loss) []client.Loss {
	vs := []client.Loss{}
	for _, l := range all {
		vs = append(vs, client.Loss{
			FirstN: l.FirstN, LastN: l.LastN, Count: l.Count, From: timeText(l.From), To: timeText(l.To), Reason: l.Reason,
		})
	}
	return vs
}

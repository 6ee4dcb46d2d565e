package web

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
	"github.com/boathook/boathook/web/client"
)

// Sender is what the API needs to send events; [proxy.Dispatcher] has it.
type Sender interface {
	Emit(ctx context.Context, req proxy.EmitRequest) (proxy.EmitResult, error)
	ComposeTo(to string, ev *proxy.Event, chaos proxy.Chaos, headers ...inspector.Field) (*proxy.Wire, error)
	Resend(ctx context.Context, id inspector.ID) (inspector.Row, error)
	TryNow(ctx context.Context, id inspector.ID) error
	Stop(ctx context.Context, id inspector.ID) error
	StopTrashed(ctx context.Context, ids []inspector.ID) (int, error)
	Samples(ctx context.Context, inbox string, count int, now time.Time) ([]inspector.ID, error)
	Next(ctx context.Context, id inspector.ID) (proxy.NextTry, error)
	Earliest(ctx context.Context, ids ...inspector.ID) (time.Time, error)
}

func (s *Server) sender() (Sender, error) {
	if s.opt.Sender == nil {
		return nil, absent("dispatcher")
	}
	return s.opt.Sender, nil
}

// sendingProblem says why something is not sent.
func sendingProblem(err error) error {
	var host *proxy.HostError
	switch {
	case errors.As(err, &host):
		p := withHint(problem(403, "host-not-allowed", "host may not be sent to", host.Error()), "allow it with PUT /api/v1/settings, or in Settings")
		p.Field = strings.Join(host.Hosts, ",")
		return p
	case errors.Is(err, proxy.ErrSendingOff):
		return problem(409, "sending-off", "sending is switched off", proxy.ErrSendingOff.Error())
	case errors.Is(err, proxy.ErrUnderWay):
		return problem(409, "under-way", "tries are still being made", "a try is under way or scheduled; make it now, or stop it first")
	case errors.Is(err, proxy.ErrNoTry):
		return problem(409, "no-try", "no try is scheduled", "no further try of this delivery is scheduled; resend it instead")
	case errors.Is(err, signer.ErrSecret), errors.Is(err, signer.ErrVerifyOnly), errors.Is(err, signer.ErrNeeds):
		return withHint(problem(400, "event", "event cannot be signed", err.Error()), "correct the scheme or the secrets of the endpoint")
	case isGone(err):
		return err
	}
	return configProblem("event", err)
}

// postResend sends a delivery again to the same place, by its provider's rule.
func (s *Server) postResend(c *fiber.Ctx) error {
	return s.act(c, func(ctx context.Context, sender Sender, id inspector.ID) error {
		_, err := sender.Resend(ctx, id)
		return err
	})
}

// postTryNow makes the next try of a delivery at once.
func (s *Server) postTryNow(c *fiber.Ctx) error {
	return s.act(c, func(ctx context.Context, sender Sender, id inspector.ID) error { return sender.TryNow(ctx, id) })
}

// postStop makes no further try of a delivery.
func (s *Server) postStop(c *fiber.Ctx) error {
	return s.act(c, func(ctx context.Context, sender Sender, id inspector.ID) error { return sender.Stop(ctx, id) })
}

// act does something with a delivery and answers its row as it is then.
func (s *Server) act(c *fiber.Ctx, do func(ctx context.Context, sender Sender, id inspector.ID) error) error {
	sender, err := s.sender()
	if err != nil {
		return err
	}
	if err := readEmpty(c); err != nil {
		return err
	}
	row, err := s.row(c)
	if err != nil {
		return err
	}
	ctx, cancel := s.brief()
	defer cancel()
	if err := do(ctx, sender, row.ID); err != nil {
		return sendingProblem(err)
	}
	if row, err = s.opt.Store.Get(ctx, s.ws, row.ID); err != nil {
		return err
	}
	return sendJSON(c, 200, row)
}

// nextTry says when the next try of a delivery is made, nil if none is.
func (s *Server) nextTry(ctx context.Context, id inspector.ID) (*proxy.NextTry, error) {
	if s.opt.Sender == nil {
		return nil, nil
	}
	next, err := s.opt.Sender.Next(ctx, id)
	if errors.Is(err, proxy.ErrNoTry) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &next, nil
}

// listChallenges answers the handshakes that inboxes can answer.
func (s *Server) listChallenges(c *fiber.Ctx) error {
	return sendJSON(c, 200, client.Challenges{Challenges: proxy.AllChallenges()})
}

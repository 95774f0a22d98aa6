package api

import (
	"context"

	"github.com/dailies/dailies/internal/retention"
	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerRetention() {
	add(s, "get-retention", s.retention(false))
	add(s, "apply-retention", s.retention(true))
	add(s, "get-house-retention", s.houseRetention(false))
	add(s, "apply-house-retention", s.houseRetention(true))
	add(s, "get-lifecycle", s.lifecycle)
}

// retention looks for what of a show may go, and removes it if remove says so.
func (s *Server) retention(remove bool) func(context.Context, *InShow) (*Out[studio.Retained], error) {
	return func(ctx context.Context, in *InShow) (*Out[studio.Retained], error) {
		return retained(s.by(ctx).Retain(ctx, in.Show, remove))
	}
}

func (s *Server) houseRetention(remove bool) func(context.Context, *struct{}) (*Out[studio.Retained], error) {
	return func(ctx context.Context, _ *struct{}) (*Out[studio.Retained], error) {
		return retained(s.by(ctx).Retain(ctx, "", remove))
	}
}

func retained(r studio.Retained, err error) (*Out[studio.Retained], error) {
	if err != nil {
		return nil, err
	}
	return out(r), nil
}

func (s *Server) lifecycle(ctx context.Context, _ *struct{}) (*Out[retention.Lifecycle], error) {
	return out(s.by(ctx).Lifecycle()), nil
}

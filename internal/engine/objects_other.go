//go:build !linux

package engine

import (
	"errors"
	"os"
)

func unnamed(string) (*os.File, error) { return nil, errors.ErrUnsupported }

func named(*os.File, string) error { return errors.ErrUnsupported }

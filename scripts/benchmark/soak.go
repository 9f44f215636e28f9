package main

import (
	"context"
	"errors"
)

func soakTest(context.Context, settings) error { return errors.New("soak: not yet") }

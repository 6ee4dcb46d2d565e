package main

import (
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptsAtOnce bounds the scripts that run side by side. They wait for disk and
// sockets most of the time, so the number of processors says little about it.
const scriptsAtOnce = 8

// runScripts is testscript.Run with a limit of its own.
func runScripts(t *testing.T, p testscript.Params) {
	var running sync.WaitGroup
	testscript.RunT(scripts{T: t, turn: make(chan struct{}, scriptsAtOnce), running: &running}, p)
	running.Wait()
}

// scripts is the test that holds the scripts, and each of them.
type scripts struct {
	*testing.T
	turn    chan struct{}
	running *sync.WaitGroup
}

func (s scripts) Verbose() bool { return testing.Verbose() }

// Parallel does nothing, because Run starts every script beside the others.
func (s scripts) Parallel() {}

func (s scripts) Run(name string, script func(testscript.T)) {
	s.turn <- struct{}{}
	s.running.Go(func() {
		defer func() { <-s.turn }()
		s.T.Run(name, func(t *testing.T) { script(scripts{T: t}) })
	})
}

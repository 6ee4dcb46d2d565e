package instance

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Running describes a server that runs. It is the content of server.json in the
// data folder and of the ready file.
type Running struct {
	Page    string `json:"page"`    // URL of the page
	Capture string `json:"capture"` // URL of the capture port
	API     string `json:"api"`     // URL that ends in /api/v1
	Token   string `json:"token"`
	PID     int    `json:"pid"`
	Store   string `json:"store,omitempty"` // where the deliveries are, for messages
	Started string `json:"started,omitempty"`
}

const runningFile = "server.json"

// ErrNoServer is returned by Find when no server owns the folder.
var ErrNoServer = errors.New("no server is running")

// Find returns the server that runs on a data folder. A file that was left by a
// process that is gone counts as none, also when its process id or its port, and
// with it what is sent there, belongs to somebody else by now.
func Find(dir string) (*Running, error) {
	data, err := os.ReadFile(filepath.Join(dir, runningFile))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, ErrNoServer
	}
	if err != nil {
		return nil, fmt.Errorf("look for a running server: %w", err)
	}
	var r Running
	if err := json.Unmarshal(data, &r); err != nil || !alive(r.PID) || !held(dir) {
		return nil, ErrNoServer
	}
	return &r, nil
}

// announce writes server.json.
func announce(dir string, r Running) error {
	r.Started = time.Now().UTC().Format(time.RFC3339)
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := writeSecret(filepath.Join(dir, runningFile), append(data, '\n')); err != nil {
		return fmt.Errorf("write %s: %w", runningFile, err)
	}
	return nil
}

// withdraw removes server.json.
func withdraw(dir string) error {
	err := os.Remove(filepath.Join(dir, runningFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// WriteReady writes the ready file: the same facts for whoever started us.
func WriteReady(path string, r Running) error {
	r.Store, r.Started = "", ""
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := writeSecret(path, append(data, '\n')); err != nil {
		return fmt.Errorf("write the ready file: %w", err)
	}
	return nil
}

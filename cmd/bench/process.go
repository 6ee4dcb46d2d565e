package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// build compiles the boathook of this tree.
func build(ctx context.Context, dir string) (string, error) {
	binary, err := filepath.Abs(filepath.Join(dir, "boathook"))
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/boathook")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build boathook: %w\n%s", err, out)
	}
	return binary, nil
}

// process is a server under measurement, in a process of its own.
type process struct {
	cmd   *exec.Cmd
	addr  string         // where it takes requests
	input io.WriteCloser // its standard input; nil for boathook
}

// startRole starts this program in another role; the role prints its address
// on the first line of its output.
func startRole(ctx context.Context, role string, args ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, append([]string{"role", role}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return nil, fmt.Errorf("role %s did not start: %w", role, err)
	}
	return &process{cmd, strings.TrimSpace(addr), in}, nil
}

// boathook is a running server and what its ready file says.
type boathook struct {
	process
	Page, Capture, API, Token string
	data                      string
	ready                     time.Duration // from start to the ready file
}

// startBoathook runs `boathook serve` on the data folder and waits until both
// its ports answer.
func startBoathook(ctx context.Context, s settings, data string, args ...string) (*boathook, error) {
	readyFile := filepath.Join(s.dir, "ready-"+strconv.FormatInt(time.Now().UnixNano(), 36))
	cmd := exec.CommandContext(ctx, s.binary, append([]string{"serve", "--data", data, "--addr", "127.0.0.1:0", "--capture-addr", "127.0.0.1:0", "--ready-file", readyFile, "--keep-count", "0", "--keep-bytes", "0", "--keep-age", "0"}, args...)...)
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	var talk bytes.Buffer
	cmd.Stderr = &talk
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	b := &boathook{process: process{cmd: cmd}, data: data}
	for {
		if raw, err := os.ReadFile(readyFile); err == nil {
			b.ready = time.Since(start)
			if err := json.Unmarshal(raw, b); err != nil {
				return nil, fmt.Errorf("ready file: %w", err)
			}
			b.addr = strings.TrimPrefix(b.Capture, "http://")
			b.addr, _, _ = strings.Cut(b.addr, "/")
			return b, nil
		}
		if time.Since(start) > 60*time.Second || cmd.ProcessState != nil {
			_ = b.stop()
			return nil, fmt.Errorf("boathook serve was not ready after %s: %s", time.Since(start).Round(time.Second), talk.String())
		}
		time.Sleep(time.Millisecond)
	}
}

// stop asks the process to end and waits for it.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	timer := time.AfterFunc(20*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer timer.Stop()
	return p.cmd.Wait()
}

// cpu is the CPU time the process used so far.
func (p *process) cpu() (time.Duration, error) { return cpuOf(p.cmd.Process.Pid) }

// cpuOfAll is the CPU time that processes used so far, together.
func cpuOfAll(pids ...int) (sum time.Duration, err error) {
	for _, pid := range pids {
		used, err := cpuOf(pid)
		if err != nil {
			return 0, err
		}
		sum += used
	}
	return sum, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func cpuOf(pid int) (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// Fields 14 and 15 count clock ticks of 10 ms; the name before them is in
	// parentheses and may hold spaces.
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	if err != nil {
		return 0, err
	}
	return time.Duration(user+system) * 10 * time.Millisecond, nil
}

// status reads a size in bytes from /proc/PID/status.
func (p *process) status(name string) (int64, error) {
	return procField(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid), name, 1024)
}

// written is how many bytes the process has caused to be written to the device.
func (p *process) written() (int64, error) {
	return procField(fmt.Sprintf("/proc/%d/io", p.cmd.Process.Pid), "write_bytes", 1)
}

func procField(file, name string, unit int64) (int64, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		key, value, ok := strings.Cut(line, ":")
		if !ok || key != name {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		return n * unit, err
	}
	return 0, fmt.Errorf("%s has no %s", file, name)
}

// onDisk is the space a folder takes on the disk: blocks, not file sizes,
// because files may be preallocated.
func onDisk(dir string) (int64, error) {
	var total int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		total += allocated(info)
		return nil
	})
	return total, err
}

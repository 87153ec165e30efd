package main

import (
	"os/exec"
	"sync"
	"syscall"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// How long a child has between being asked to end and being killed.
const patience = 5 * time.Second

// children are the processes we started and that have not ended.
type children struct {
	mutex   sync.Mutex
	running map[int]struct{}
}

// run runs the command in a process group of its own; the group ends with the command's context,
// with this host, and in any case with its leader.
func (c *children) run(command *exec.Cmd) error {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGTERM) }
	command.WaitDelay = patience
	if err := command.Start(); err != nil {
		return err
	}
	group := command.Process.Pid
	c.mutex.Lock()
	if c.running == nil {
		c.running = map[int]struct{}{}
	}
	c.running[group] = struct{}{}
	c.mutex.Unlock()
	err := command.Wait()
	_ = syscall.Kill(-group, syscall.SIGKILL) // what a provider may have left behind
	c.mutex.Lock()
	delete(c.running, group)
	c.mutex.Unlock()
	return err
}

// stopChildren asks all to end; the calls that wait for them then return.
func (c *children) stopChildren() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for group := range c.running {
		_ = syscall.Kill(-group, syscall.SIGTERM)
	}
}

// pluginOutput sends a plugin's output to the engine; a stream takes one sender at a time.
type pluginOutput struct {
	mutex  sync.Mutex
	stream grpc.ServerStreamingServer[pulumirpc.RunPluginResponse]
}

func (output *pluginOutput) send(response *pulumirpc.RunPluginResponse) error {
	output.mutex.Lock()
	defer output.mutex.Unlock()
	return output.stream.Send(response)
}

func (output *pluginOutput) exit(code int) error {
	return output.send(&pulumirpc.RunPluginResponse{
		Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(code)},
	})
}

func (output *pluginOutput) stdout() writer {
	return func(data []byte) error {
		return output.send(&pulumirpc.RunPluginResponse{
			Output: &pulumirpc.RunPluginResponse_Stdout{Stdout: data},
		})
	}
}

func (output *pluginOutput) stderr() writer {
	return func(data []byte) error {
		return output.send(&pulumirpc.RunPluginResponse{
			Output: &pulumirpc.RunPluginResponse_Stderr{Stderr: data},
		})
	}
}

// writer makes an io.Writer of a function.
type writer func(data []byte) error

func (write writer) Write(data []byte) (int, error) {
	if err := write(data); err != nil {
		return 0, err
	}
	return len(data), nil
}

// Command pulumi-language-python is the engine's language host for Python, as small as this
// project needs it: it runs programs, providers and policy packs in a virtual environment.
// The official host, which also generates SDKs and installs dependencies, is not published as a
// Go module. Linux only.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

func main() {
	// The engine passes options that only the official host has a use for.
	flag.CommandLine.Init(os.Args[0], flag.ContinueOnError)
	for _, name := range []string{"tracing", "root", "virtualenv", "toolchain", "typechecker"} {
		flag.String(name, "", "accepted and ignored")
	}
	if err := flag.CommandLine.Parse(os.Args[1:]); err != nil {
		os.Exit(2)
	}
	if err := serve(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-python:", err)
		os.Exit(1)
	}
}

// serve answers the engine at engineAddress until it interrupts us or is gone.
func serve(engineAddress string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if engineAddress != "" {
		if err := rpcutil.Healthcheck(ctx, engineAddress, engineCheck, stop); err != nil {
			return err
		}
	}
	host := &languageHost{
		engineAddress: engineAddress,
		// The shim that runs a program lies beside us.
		executor: filepath.Join(filepath.Dir(self), "pulumi-language-python-exec"),
	}
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Println(handle.Port) // how the engine learns where we are
	select {
	case <-ctx.Done():
		host.stopChildren()
		close(cancel)
		return <-handle.Done
	case err := <-handle.Done:
		return err
	}
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

const (
	// How often we look whether the engine is still there.
	engineCheck = 5 * time.Second
	// The exit code of a program that has told the user itself what went wrong.
	alreadyReported = 32
)

// languageHost answers the engine's calls; what is not here is answered "unimplemented".
type languageHost struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	children

	engineAddress string
	executor      string
}

func (host *languageHost) Handshake(
	_ context.Context, request *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	host.engineAddress = request.GetEngineAddress()
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (host *languageHost) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

// Pulumi.yaml names the providers, so none is looked for in the virtual environment.

func (host *languageHost) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

func (host *languageHost) GetRequiredPlugins(
	context.Context, *pulumirpc.GetRequiredPluginsRequest,
) (*pulumirpc.GetRequiredPluginsResponse, error) {
	return &pulumirpc.GetRequiredPluginsResponse{}, nil
}

// InstallDependencies does nothing: the virtual environment is made before Pulumi is called.
func (host *languageHost) InstallDependencies(
	*pulumirpc.InstallDependenciesRequest,
	grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse],
) error {
	return nil
}

// About names the interpreter, which every command of the CLI asks for. The toolchain's own answer
// also starts pip, for a version that is not passed on: longer than all else that this host does.
func (host *languageHost) About(
	ctx context.Context, request *pulumirpc.AboutRequest,
) (*pulumirpc.AboutResponse, error) {
	python, err := pythonOf(request.GetInfo())
	if err != nil {
		return nil, err
	}
	command, err := python.Command(ctx, "-c",
		"import platform, sys; print(sys.executable); print(platform.python_version())")
	if err != nil {
		return nil, err
	}
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("could not run %s: %w", command.Path, err)
	}
	executable, version, _ := strings.Cut(strings.TrimSpace(string(output)), "\n")
	return &pulumirpc.AboutResponse{Executable: executable, Version: version}, nil
}

func (host *languageHost) GetProgramDependencies(
	ctx context.Context, request *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	python, err := pythonOf(request.GetInfo())
	if err != nil {
		return nil, err
	}
	packages, err := python.ListPackages(ctx, request.GetTransitiveDependencies())
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, dependency := range packages {
		response.Dependencies = append(response.Dependencies,
			&pulumirpc.DependencyInfo{Name: dependency.Name, Version: dependency.Version})
	}
	return response, nil
}

// Run runs a Pulumi program to its end.
func (host *languageHost) Run(
	ctx context.Context, request *pulumirpc.RunRequest,
) (*pulumirpc.RunResponse, error) {
	command, err := host.programCommand(ctx, request)
	if err != nil {
		return nil, err
	}
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	err = host.run(command)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case !errors.As(err, &exit):
		return nil, fmt.Errorf("could not run %s: %w", command.Path, err)
	case exit.ExitCode() == alreadyReported:
		return &pulumirpc.RunResponse{Bail: true}, nil
	default:
		return &pulumirpc.RunResponse{Error: "the program ended with " + exit.String()}, nil
	}
}

// RunPlugin runs a provider or a policy pack until it ends or the engine cancels the call.
func (host *languageHost) RunPlugin(
	request *pulumirpc.RunPluginRequest,
	stream grpc.ServerStreamingServer[pulumirpc.RunPluginResponse],
) error {
	python, err := pythonOf(request.GetInfo())
	if err != nil {
		return err
	}
	directory := request.GetInfo().GetProgramDirectory()
	arguments := append([]string{"-u", directory}, request.GetArgs()...)
	workingDirectory := request.GetPwd()
	if request.GetKind() == "analyzer" {
		arguments = append([]string{"-u", "-m", "pulumi.policy"}, request.GetArgs()...)
		arguments = append(arguments, directory)
		workingDirectory = directory
	}
	command, err := python.Command(stream.Context(), arguments...)
	if err != nil {
		return err
	}
	command.Dir = workingDirectory
	command.Env = append(environmentOf(command), request.GetEnv()...)
	output := &pluginOutput{stream: stream}
	command.Stdout, command.Stderr = output.stdout(), output.stderr()
	err = host.run(command)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return fmt.Errorf("could not run %s: %w", command.Path, err)
	}
	return output.exit(command.ProcessState.ExitCode())
}

// programCommand is the command line of the shim that sets the SDK up and runs the program.
func (host *languageHost) programCommand(
	ctx context.Context, request *pulumirpc.RunRequest,
) (*exec.Cmd, error) {
	info := request.GetInfo()
	python, err := pythonOf(info)
	if err != nil {
		return nil, err
	}
	config, err := json.Marshal(orEmpty(request.GetConfig()))
	if err != nil {
		return nil, err
	}
	secretKeys, err := json.Marshal(append([]string{}, request.GetConfigSecretKeys()...))
	if err != nil {
		return nil, err
	}
	arguments := []string{
		"-u", host.executor,
		"--monitor", request.GetMonitorAddress(),
		"--engine", host.engineAddress,
		"--project", request.GetProject(),
		"--stack", request.GetStack(),
		"--pwd", request.GetPwd(),
		"--dry_run", fmt.Sprint(request.GetDryRun()),
		"--parallel", fmt.Sprint(request.GetParallel()),
		"--organization", request.GetOrganization(),
		"--root_directory", info.GetRootDirectory(),
		info.GetEntryPoint(),
	}
	command, err := python.Command(ctx, append(arguments, request.GetArgs()...)...)
	if err != nil {
		return nil, err
	}
	command.Dir = request.GetPwd()
	command.Env = append(environmentOf(command),
		"PULUMI_CONFIG="+string(config), "PULUMI_CONFIG_SECRET_KEYS="+string(secretKeys))
	return command, nil
}

// pythonOf finds the interpreter that `runtime.options` of Pulumi.yaml or PulumiPlugin.yaml asks for.
func pythonOf(info *pulumirpc.ProgramInfo) (toolchain.Toolchain, error) {
	options := info.GetOptions().GetFields()
	virtualenv := options["virtualenv"].GetStringValue()
	if asked := options["toolchain"].GetStringValue(); asked != "" && asked != "pip" {
		return nil, fmt.Errorf("toolchain %q needs an official installation of Pulumi", asked)
	}
	if virtualenv != "" {
		folder := virtualenv
		if !filepath.IsAbs(folder) {
			folder = filepath.Join(info.GetRootDirectory(), folder)
		}
		if !toolchain.IsVirtualEnv(folder) {
			return nil, fmt.Errorf("%s, the `virtualenv` of %s, is no virtual environment: run tools/install",
				folder, info.GetRootDirectory())
		}
	}
	return toolchain.ResolveToolchain(toolchain.PythonOptions{
		Root:       info.GetRootDirectory(),
		ProgramDir: info.GetProgramDirectory(),
		Virtualenv: virtualenv,
		Toolchain:  toolchain.Pip,
	})
}

// environmentOf is what the command would get: its own environment, or ours.
func environmentOf(command *exec.Cmd) []string {
	if command.Env == nil {
		return os.Environ()
	}
	return command.Env
}

func orEmpty(config map[string]string) map[string]string {
	if config == nil {
		return map[string]string{}
	}
	return config
}

"""A stand-in for AWS's CLI with its Session Manager plugin: there is no AWS behind it.

It takes the one command that the provider gives, refuses every other, and says what the real ones
say, in the words of AWS CLI 2 and session-manager-plugin 1.2. The forwarding is a process that it
starts, as the plugin is, and leads to loopback. AWS_STANDIN_FAILS names what goes wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import threading

FAILURES = {
    "target": (
        "An error occurred (TargetNotConnected) when calling the StartSession operation: "
        "i-0123456789abcdef0 is not connected."
    ),
    "access": (
        "An error occurred (AccessDeniedException) when calling the StartSession operation: User: "
        "arn:aws:iam::123456789012:user/x is not authorized to perform: ssm:StartSession"
    ),
    "credentials": 'Unable to locate credentials. You can configure credentials by running "aws"',
    "plugin": (
        "SessionManagerPlugin is not found. Please refer to SessionManager Documentation here: "
        "http://docs.aws.amazon.com/console/systems-manager/session-manager-plugin-not-found"
    ),
}


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        source.close()
        sink.close()


def _plugin(target: int, local: int) -> None:
    listener = socket.create_server(("127.0.0.1", local))
    session = "standin-0123456789abcdef0"
    _say(f"\nStarting session with SessionId: {session}")
    _say(f"Port {local} opened for sessionId {session}.")
    _say("Waiting for connections...")
    while True:
        here, _ = listener.accept()
        _say(f"\nConnection accepted for session [{session}]")
        try:
            there = socket.create_connection(("127.0.0.1", target))
        except OSError:
            _say("\nConnection to destination port failed, check SSM Agent logs.")
            here.close()
            continue
        for ends in ((here, there), (there, here)):
            threading.Thread(target=_pump, args=ends, daemon=True).start()


def main() -> None:
    """Begin a session."""
    sys.stderr.write("a stand-in for AWS's CLI: no AWS is behind it\n")
    parser = argparse.ArgumentParser(prog="aws")
    parser.add_argument("words", nargs=2)
    for option in ("target", "document-name", "parameters", "region", "cli-connect-timeout"):
        parser.add_argument(f"--{option}", required=True)
    options = parser.parse_args()
    parameters = json.loads(options.parameters)
    expected = ["ssm", "start-session", "AWS-StartPortForwardingSessionToRemoteHost"]
    if [*options.words, options.document_name] != expected or parameters.keys() != {
        "host",
        "portNumber",
        "localPortNumber",
    }:
        sys.exit(f"the stand-in does not know this command: {sys.argv[1:]}")
    if fails := os.environ.get("AWS_STANDIN_FAILS"):
        sys.stderr.write(f"\n{FAILURES[fails]}\n")
        sys.exit(254)
    ports = [parameters[name][0] for name in ("portNumber", "localPortNumber")]
    plugin = subprocess.Popen([sys.executable, __file__, "session-manager-plugin", *ports])
    sys.exit(plugin.wait())


if __name__ == "__main__":
    if sys.argv[1:2] == ["session-manager-plugin"]:
        _plugin(int(sys.argv[2]), int(sys.argv[3]))
    main()

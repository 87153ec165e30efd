"""Platform `docker`: servers in containers that this stack makes, through pulumi_docker.

Each is the server of platform `existing` on containers of its own: what apps have on it is made in
the same way.
"""

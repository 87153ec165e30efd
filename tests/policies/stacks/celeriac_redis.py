"""Celeriac's own resources, used against its advice: a Redis that evicts, a user of everything."""

import pulumi

from celeriac.resources import Provider, redis

provider = Provider("cache", endpoint="redis://cache.example.com:6379/0", organization="o")
opts = pulumi.ResourceOptions(provider=provider)
redis.Config("eviction", settings={"maxmemory-policy": "allkeys-lru"}, manage=True, opts=opts)
redis.AclUser("app", name="app", keys=["*"], channels=["*"], commands=["+@all"], opts=opts)

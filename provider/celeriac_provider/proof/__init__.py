"""The proof itself: a client and a worker of Celery, in processes of their own.

It knows nothing of the engine, so that its processes load Celery and nothing else. A request and
its verdict are JSON and travel over a socket: no secret is ever in an argument or in the
environment. Start it with `python -m celeriac_provider.proof` (see `__main__`).
"""

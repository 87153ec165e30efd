"""Django: its own migrations make the tables of django-celery-results, in a process of their own.

Settings of Django are one per process, so none are made here: a child process gets them, connects
as the administrator, and does the one thing. Nothing here imports Django but that child.
"""

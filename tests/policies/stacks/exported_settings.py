"""No resource at all: an app's URLs and settings, written by hand."""

import json

import pulumi

pulumi.export(
    "apps",
    {
        "orders": {
            "broker_url": "redis://:secret-of-orders@cache.example.com:6379/0",
            "result_backend": "db+postgresql://orders:secret-of-orders@db.example.com/orders",
            "settings": json.dumps(
                {
                    "broker_transport_options": {"visibility_timeout": 3600},
                    "result_backend_transport_options": {"visibility_timeout": 1800},
                    "visibility_timeout": 3600,
                }
            ),
        }
    },
)

"""What the proof makes of URLs and settings of sentinels and sockets."""

from __future__ import annotations

from celeriac_provider.proof.addresses import address
from celeriac_provider.proof.authority import with_authority, with_authority_in_url


def test_addresses() -> None:
    """The first sentinel; the path of a socket; no login."""
    assert address("sentinel://u:p@s1:26379/0;sentinel://u:p@s2:26379/0", {}) == "s1:26379"
    assert address("redis+socket://u:p@/run/redis.sock?virtual_host=1", {}) == "/run/redis.sock"
    assert address("amqps://u:p@a:5671/v;amqps://u:p@b:5671/v", {}) == "a:5671"


def test_the_authority_of_both_hops() -> None:
    """Where sentinels have TLS, the proof's CA stands in there too."""
    own = {"ssl": True, "ssl_cert_reqs": "required", "ssl_ca_certs": "/app/ca.pem"}
    given = {
        "broker_transport_options": {"master_name": "m", "sentinel_kwargs": own},
        "result_backend_transport_options": {"master_name": "m", "sentinel_kwargs": {"a": 1}},
        "broker_use_ssl": {"ssl_cert_reqs": "required", "ssl_ca_certs": "/app/ca.pem"},
        "redis_backend_use_ssl": {"ssl_cert_reqs": "required"},
    }
    found = with_authority(given, "sentinel://s1", "/proof/ca.pem")
    options = found["broker_transport_options"]
    assert options == {
        "master_name": "m",
        "sentinel_kwargs": own | {"ssl_ca_certs": "/proof/ca.pem"},
    }
    assert found["result_backend_transport_options"] == given["result_backend_transport_options"]
    for name in ("broker_use_ssl", "redis_backend_use_ssl"):
        assert found[name]["ssl_ca_certs"] == "/proof/ca.pem"
    for url in (
        "sentinel://u:p@s1:1/0;sentinel://u:p@s2:1/0",
        "redis+socket://u:p@/r?virtual_host=0",
    ):
        assert with_authority_in_url(url, "/proof/ca.pem") == url

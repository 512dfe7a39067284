"""HTTP sessions that never reach an internal address, whatever a name resolves to.

A name is resolved once, for the connection that is then opened to the very address that was judged, so that a second,
different answer of the name server (DNS rebinding) changes nothing. The certificate is still checked for the name.
Where the environment names a proxy, the proxy resolves, and only the list of allowed hosts stands guard.
"""

import socket
from http.cookiejar import DefaultCookiePolicy
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

from store.delivery import Refused

_NAT64 = ip_network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


def is_public(text: str) -> bool:
    """Whether an address is one of the open internet; those that carry another one inside are judged by that one."""
    address: Address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            address = inner
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_loopback(host: str) -> bool:
    """Whether a host is written as an address of this machine; a name never counts."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses of a host, all of which may be called. Raises Refused for an internal one, OSError for none.

    A loopback address that is written out was allowed by name in the settings; a name that leads there never is.
    """
    if is_loopback(host):
        return [host]
    found = list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    if not all(is_public(address) for address in found):
        raise Refused("media_internal", "the file's host leads to an internal address")
    return found


def _connected(connection: HTTPConnection) -> socket.socket:
    """A socket to the first address that answers, of those that were judged."""
    port = connection.port or connection.default_port
    fault: OSError | None = None
    for address in addresses_of(connection.host, port):
        try:
            return create_connection(
                (address, port),
                connection.timeout,
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        except OSError as error:
            fault = error
    raise fault or OSError("the name has no address")


class _PlainConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connected(self)


class _TlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connected(self)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class PinnedAdapter(HTTPAdapter):
    """Opens connections to judged addresses only."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}


def pinned_session() -> requests.Session:
    """A session over judged addresses, without cookies; safe to share between threads."""
    session = requests.Session()
    session.mount("http://", PinnedAdapter())
    session.mount("https://", PinnedAdapter())
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Authentication by nothing: without one, `requests` would look for a password in the user's `.netrc`."""
    return request

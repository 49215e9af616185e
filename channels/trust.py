"""Whom we believe that they are a messenger."""

import ssl
from functools import cache

import httpx


@cache
def authorities() -> ssl.SSLContext:
    """The certificate authorities that are trusted; to read them takes a while, so all connections share them."""
    return httpx.create_ssl_context()

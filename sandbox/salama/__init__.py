"""Salama in small: the complaints module and the platform services around it, written from the API contract."""

from sandbox.salama.sandbox import SalamaSandbox

__all__ = ["SalamaSandbox"]

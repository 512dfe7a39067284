"""Puts the bridge together: the only place that knows every part."""

from assembly.bridge import Bridge
from assembly.parts import utc_now

__all__ = ["Bridge", "utc_now"]

"""Puts the bridge together: the only place that knows every part."""

from assembly.bridge import Bridge
from assembly.parts import utc_now
from assembly.renewal import live

__all__ = ["Bridge", "live", "utc_now"]

"""Measures speed and memory of the whole bridge on one machine; `python -m bench` prints one JSON object per line."""

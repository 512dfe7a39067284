"""The dialogue: a pure step function and its values. `step(dialogue, event, context) → (dialogue, effects)`."""

from bot.dialogue.codec import dump, load
from bot.dialogue.step import step

__all__ = ["dump", "load", "step"]

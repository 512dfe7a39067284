"""Help for the staff: all commands, one of them, or the ones that a mistyped word may have meant."""

from collections.abc import Mapping, Sequence

from bot.staff.bench import Answer, Bench, Handler
from bot.staff.commands import BY_VERB, COMMANDS, Verb
from bot.staff.parsing import Order, Unclear, parse
from locales import Voice


def explain(bench: Bench, order: Order) -> Answer:
    """`AJUDA` lists the commands; `AJUDA pegar` explains one."""
    voice = bench.voice
    asked = parse(order.text) if order.text else None
    if isinstance(asked, Order):
        return Answer(one_command(asked.verb, voice))
    if isinstance(asked, Unclear):
        return Answer(offer(asked.verbs, voice))
    words = ", ".join(command.word(voice.language) for command in COMMANDS)
    text = voice.gettext("Commands: {words}.\nFor one of them: HELP and its word. To report a problem: REPORT.")
    return Answer(text.format(words=words))


def one_command(verb: Verb, voice: Voice) -> str:
    """How a command is used and what it does."""
    command = BY_VERB[verb]
    return f"{voice.gettext(command.usage)}\n{voice.gettext(command.effect)}"


def offer(verbs: Sequence[Verb], voice: Voice) -> str:
    """Commands that may have been meant."""
    words = [BY_VERB[verb].word(voice.language) for verb in verbs]
    return voice.gettext("Did you mean {words}?").format(words=" / ".join(words))


HANDLERS: Mapping[Verb, Handler] = {Verb.HELP: explain}

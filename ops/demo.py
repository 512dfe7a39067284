"""The demo: phones, bridge and Salama in one process on one port, with embedded defaults and nothing to configure."""

import fcntl
import os
import secrets
import shutil
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import click
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bot.pictures import PATH as PICTURES
from ops.demo_contents import contents
from ops.demo_page import nmcp_page
from ops.faq_seed import seed_faq
from ops.imports import import_boundaries, import_people, read_rows
from ops.logs import configure_logs
from sandbox.mail import Letters, MailServer, mail_page
from sandbox.salama import SalamaSandbox
from sandbox.serving import serve as serve_locally
from sandbox.whatsapp import Panel, Phone, WhatsAppSimulator
from settings import Settings
from store.schema import upgrade

if TYPE_CHECKING:
    from assembly import Bridge

FOLDER = Path("var/demo")
LOG = FOLDER / "bridge.log"
ACCOUNT, TOKEN, SENDER = "AC" + "0" * 31 + "1", "demo-auth-token", "whatsapp:+258850000000"
PASSWORD = "demo-password"  # noqa: S105  the sandbox's, on loopback
BRIDGE_PATHS = ("/whatsapp/inbound", "/whatsapp/status", "/healthz", "/readyz", "/metrics")
PHONES = (
    Phone("Celestino Amade", "+258840000001", "pt", note="Supervisor distrital, Angoche"),
    Phone("Joan Carter", "+258840000002", "en", note="District supervisor, Memba"),
    Phone("Ernesto Nhantumbo", "+258840000303", "pt", note="Helpdesk, nível 2"),
    Phone("Célia Mabunda", "+258840000302", "pt", note="Responsável do helpdesk"),
    Phone("Rosa Abdala", "+258840000041", "pt", note="PNCM, Nampula"),
    Phone("Número desconhecido", "+258840000099", "pt", note="Não está na lista do helpdesk"),
)
LEVEL3 = Address("Ravi Exemplo", addr_spec="ravi@egov.example")
PEOPLE = f"""name,phone,role,language,province,district,boundary_code,username,email
Celestino Amade,+258 84 000 0001,L1,pt,Nampula,Angoche,,USR-000001,
Joan Carter,+258 84 000 0002,L1,en,Nampula,Memba,,USR-000002,
Ernesto Nhantumbo,+258 84 000 0303,L2,pt,Nampula,,,L2-NPL-01,
Célia Mabunda,+258 84 000 0302,L2_LEAD,pt,Nampula,,,HD-NPL-01,
Rosa Abdala,+258 84 000 0041,NMCP,pt,Nampula,,,,
{LEVEL3.display_name},+258 84 000 0401,L3,en,,,,,{LEVEL3.addr_spec}
"""


@dataclass(frozen=True, slots=True)
class Played:
    """Which Salama the sandbox plays: the build of its complaints service, and its workflow."""

    generation: str
    workflow: str


def run_demo(
    create_app: Callable[..., Flask], *, port: int, opens_browser: bool, played: Played, is_fresh: bool
) -> None:
    """Serve everything on http://127.0.0.1:`port` until ctrl-C or SIGTERM."""
    _end_on_signals()
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"  # the parts call each other, never a proxy
    with ExitStack() as stack:
        stack.enter_context(_own_folder())
        _check_port(port)
        if is_fresh:
            shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        letters = Letters(FOLDER / "mail.jsonl")
        post = stack.enter_context(MailServer(letters, LEVEL3.addr_spec))
        app = create_app(demo_settings(f"http://127.0.0.1:{port}", post.url))
        # Never closed: a thread that is cut off at the end may still have something to say.
        configure_logs(stream=LOG.open("a", encoding="utf-8", buffering=1))
        _start(app, port, played, letters, stack)
        _announce(f"http://127.0.0.1:{port}", opens_browser=opens_browser)
        _wait_for_the_end()


def _start(app: Flask, port: int, played: Played, letters: Letters, stack: ExitStack) -> None:
    """Start all parts. The stack ends them in the opposite order: the worker's last messages still find a server."""
    url, stopping = f"http://127.0.0.1:{port}", threading.Event()
    parts: Bridge = app.extensions["bridge"]
    upgrade(parts.engine)
    enrol(parts)
    seed_faq(parts.sessions, parts.clock)
    journal = FOLDER / "salama.jsonl"
    salama = SalamaSandbox(generation=played.generation, workflow=played.workflow, password=PASSWORD, journal=journal)
    phones = _simulator(url)
    mail = mail_page(letters, LEVEL3, parts.mail.take, links=[("WhatsApp", "/"), ("Salama", "/salama/")])
    pages: dict[str, WSGIApplication] = {
        "/salama": salama.wsgi,
        "/nmcp": nmcp_page(parts).wsgi_app,
        "/mail": mail.wsgi_app,
    }
    site = DispatcherMiddleware(phones.wsgi, pages)
    # The sandboxes' own server, since only that one can break a connection when a service is switched to "down".
    stack.callback(serve_locally(mount(site, app, stopping), port=port).stop)
    phones.start()
    stack.callback(phones.stop)
    # The first message would otherwise wait for the model.
    threading.Thread(target=parts.classifier.warm_up, name="warm-up", daemon=True).start()
    worker = parts.worker()
    worker.start()
    stack.callback(worker.stop)
    stack.callback(stopping.set)


def _announce(url: str, *, opens_browser: bool) -> None:
    click.echo(
        f"\n  Phones  {url}/"
        f"\n  Salama  {url}/salama/"
        f"\n  NMCP    {url}/nmcp/"
        f"\n  Level 3 {url}/mail/\n"
        "\n  Write a problem on a phone, tap Enviar, resolve the ticket in Salama with a comment,"
        "\n  and read the comment on the phone. The switches on the page make Twilio or Salama fail."
        "\n  Ernesto is level 2: on his phone write «L3 1 App does not sync», then SIM; level 3 reads and answers it"
        "\n  on the last page.\n"
        f"\n  Ctrl-C ends the demo. Chats, tickets and the log stay in {FOLDER.resolve()};"
        "\n  with --fresh the next one starts anew.\n"
    )
    if opens_browser:
        threading.Thread(target=_show, args=(url,), daemon=True).start()


def _show(url: str) -> None:
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if type(browser) is not webbrowser.GenericBrowser:  # that would be a text browser, which takes the terminal
        browser.open(url)


def _end_on_signals() -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _wait_for_the_end() -> None:
    never = threading.Event()
    # A signal that comes just before a wait begins is seen only when it ends, so no single wait is endless.
    while not never.wait(1.0):
        pass


def _simulator(url: str) -> WhatsAppSimulator:
    return WhatsAppSimulator(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        sender=SENDER,
        inbound_url=f"{url}/whatsapp/inbound",
        phones=PHONES,
        contents=contents(),
        journal=FOLDER / "whatsapp.jsonl",
        links=[("Salama", "/salama/"), ("PNCM · NMCP", "/nmcp/"), ("Correio nível 3 · Level 3 mail", "/mail/")],
        panels=[Panel("Salama", "/salama/_sandbox/faults")],
        api_base_url=url,
    )


def demo_settings(url: str, smtp_url: str, folder: Path = FOLDER) -> Settings:
    """The embedded defaults; the real environment plays no part."""
    host = url.removeprefix("http://")
    return Settings.load(
        {
            "BRIDGE_DATABASE_URL": f"sqlite:///{folder}/bridge.db",
            "BRIDGE_PUBLIC_URL": url,
            "BRIDGE_GATHER_SECONDS": "1",
            "BRIDGE_OPEN": "00:00",  # whoever tries it at night finds the helpdesk at work as well
            "BRIDGE_SECRET_KEY": secrets.token_urlsafe(32),
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_WHATSAPP_FROM": SENDER,
            "TWILIO_API_BASE_URL": url,
            "TWILIO_MEDIA_HOSTS": host,
            "TWILIO_CONTENT_SIDS": ",".join(f"{each.friendly_name}={each.sid}" for each in contents()),
            "SALAMA_BASE_URL": f"{url}/salama",
            "SALAMA_USERNAME": "bridge",
            "SALAMA_PASSWORD": PASSWORD,
            "SALAMA_POLL_SECONDS": "1",
            "SALAMA_REFILE_SECONDS": "8",
            "SALAMA_STAFF_CREDENTIALS": f"L2-NPL-01={PASSWORD},HD-NPL-01={PASSWORD}",
            "SMTP_URL": smtp_url,
            "MAIL_FROM": "Helpdesk SPAQ <helpdesk@saude.example>",
        },
        dotenv=None,
    )


def enrol(parts: "Bridge") -> None:
    """The sandbox's areas and the people of the demo; doing it again changes nothing."""
    areas = Path(__file__).parent.parent / "sandbox" / "salama" / "boundaries.csv"
    people = FOLDER / "people.csv"
    people.parent.mkdir(parents=True, exist_ok=True)
    people.write_text(PEOPLE, "utf-8")
    with parts.sessions.begin() as session:
        import_boundaries(session, read_rows(areas))
    with parts.sessions.begin() as session:
        import_people(session, read_rows(people), parts.clock())


def mount(site: WSGIApplication, bridge: WSGIApplication, stopping: threading.Event) -> WSGIApplication:
    """One address for all: the bridge at its own paths, the site at all others; wilful waits end with `stopping`."""

    def serve_all(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["sandbox.stopping"] = stopping
        path = environ.get("PATH_INFO", "")
        target = bridge if path in BRIDGE_PATHS or path.startswith(PICTURES) else site
        return target(environ, start_response)

    return serve_all


@contextmanager
def _own_folder() -> Iterator[None]:
    """The folder for this demo alone: two over one database would send everything twice. Raises ClickException."""
    path = FOLDER.with_suffix(".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("a")
    except OSError as error:
        raise click.ClickException(f"The demo keeps its data below this folder and cannot: {error}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise click.ClickException(
                f"A demo is already running on {FOLDER.resolve()}. End it first, or start this one in another folder."
            ) from error
        yield


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            other = port + 1 if port < 65535 else port - 1
            raise click.ClickException(f"Port {port} cannot be used. Try: bridge demo --port {other}") from error

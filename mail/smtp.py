"""Hands mails to an SMTP server, and says in the words of `store.delivery` what may be done when it does not take them.

An answer 4xx is tried again, 5xx is not (RFC 5321, 4.2.1). A server that cannot be reached is waited for: nothing was
sent. A connection lost after the text had gone is unclear; the mail goes again under the same Message-ID.
"""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage

from mail.servers import MailServer
from store.delivery import OutcomeUnknown, Refused, ServerFailed, Throttled, Unreachable

TIMEOUT_S = 20.0
WAIT = timedelta(minutes=1)
"""How long to leave a server alone that does not answer or asks for patience."""
_TRANSIENT = range(400, 500)


class Smtp:
    """One account on one server; every mail has a connection of its own."""

    def __init__(self, server: MailServer, *, timeout_s: float = TIMEOUT_S) -> None:
        self._server = server
        self._timeout_s = timeout_s

    def send(self, message: EmailMessage, sender: str, to: Sequence[str]) -> dict[str, int]:
        """Hand over a mail; answers the receivers that the server refused with its code. Raises DeliveryError.

        At least one receiver was taken when it returns.
        """
        with self._connection() as connection:
            try:
                refused = connection.send_message(message, sender, list(to))
            except smtplib.SMTPRecipientsRefused as error:
                raise _all_refused({code for code, _ in error.recipients.values()}) from error
            except smtplib.SMTPResponseException as error:
                raise _answered(error.smtp_code) from error
            except (smtplib.SMTPException, OSError) as error:
                raise OutcomeUnknown("smtp_lost", after=WAIT, patient=True) from error
        return {address: code for address, (code, _) in refused.items()}

    def verify(self) -> None:
        """See whether the server answers and takes our password. Raises DeliveryError."""
        with self._connection():
            pass

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        server = self._server
        try:
            if server.is_tls:
                context = ssl.create_default_context()
                connection: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=self._timeout_s, context=context
                )
            else:
                connection = smtplib.SMTP(server.host, server.port, timeout=self._timeout_s)
        except ssl.SSLError as error:
            raise Refused("smtp_tls", "the mail server's certificate is not good; see SMTP_URL") from error
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable("smtp_unreachable", after=WAIT, patient=True) from error
        try:
            self._log_in(connection)
            yield connection
        finally:
            _leave(connection)

    def _log_in(self, connection: smtplib.SMTP) -> None:
        """Encrypt and log in. Raises DeliveryError; nothing of a mail has been sent then."""
        server = self._server
        try:
            connection.ehlo_or_helo_if_needed()
            if not server.is_tls and connection.has_extn("starttls"):
                connection.starttls(context=ssl.create_default_context())
                connection.ehlo()
            elif not server.is_tls and server.user and not server.may_be_open:
                raise Refused("smtp_open", "the mail server offers no encryption for the password; use smtps://")
            if server.user:
                connection.login(server.user, server.password)
        except ssl.SSLError as error:
            raise Refused("smtp_tls", "the mail server's certificate is not good; see SMTP_URL") from error
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code in _TRANSIENT:
                raise Throttled("smtp_auth_later", after=WAIT, patient=True) from error
            raise Refused("smtp_auth", "the mail server refuses the user or the password of SMTP_URL") from error
        except smtplib.SMTPNotSupportedError as error:
            raise Refused("smtp_no_auth", "the mail server takes no password; leave it out of SMTP_URL") from error
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable("smtp_unreachable", after=WAIT, patient=True) from error


def _leave(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        connection.close()


def _answered(code: int) -> ServerFailed | Refused:
    """What a refusal of the whole mail means."""
    if code in _TRANSIENT or code < 0:
        return ServerFailed(f"smtp_{code}", after=WAIT, patient=True)
    return Refused(f"smtp_{code}", f"the mail server refuses the mail (answer {code}); see its log and MAIL_FROM")


def _all_refused(codes: set[int]) -> ServerFailed | Refused:
    """What it means that no receiver was taken; if one may be taken later, the mail is tried again."""
    later = sorted(code for code in codes if code in _TRANSIENT)
    if later:
        return ServerFailed(f"smtp_{later[0]}", after=WAIT, patient=True)
    code = min(codes)
    return Refused(f"smtp_{code}", f"the mail server refuses every receiver (answer {code}); correct their addresses")

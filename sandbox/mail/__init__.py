"""The mailbox of one person outside: mails come in by SMTP, are read on a page, and are answered there."""

from sandbox.mail.letters import Letters
from sandbox.mail.page import mail_page
from sandbox.mail.smtp import MailServer

__all__ = ["Letters", "MailServer", "mail_page"]

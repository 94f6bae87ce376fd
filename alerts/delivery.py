"""Sending of messages: SMTP by the standard library, and Apprise for other channels."""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from alerts.audience import masked_name
from alerts.headers import MAIL, encode_header
from procedures.messages import Message
from settings.configuration import Configuration
from settings.mail_server import MailServer

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
MAX_ANSWER = 300
"""Most characters of a server's answer in an error."""


class DeliveryError(Exception):
    """The message was not delivered; the text says why, without any secret.

    `everything`: the channel itself is in trouble, so that further messages need not be tried now.
    """

    def __init__(self, text: str, *, everything: bool = False) -> None:
        super().__init__(text)
        self.channel_down = everything


def build_mail(
    message: Message, sender: str, at: datetime, workbook: tuple[str, bytes] | None = None
) -> EmailMessage:
    """Build the mail, with the workbook (name and bytes of an .xlsx) where there is one.

    Its Message-ID follows from the dedupe key alone, so that a repeat has the same one.
    """
    mail = EmailMessage(policy=MAIL)
    mail["From"] = sender
    mail["To"] = message.recipient
    mail["Subject"] = encode_header(message.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message.dedupe_key}@rasoat.local>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, cte="base64")
    if message.html:
        mail.add_alternative(message.html, subtype="html", cte="base64")
    if workbook:
        name, content = workbook
        mail.add_attachment(content, maintype=XLSX[0], subtype=XLSX[1], filename=name)
    return mail


def sender_address(configuration: Configuration) -> str:
    """Return `[alerts] sender`, else the log-in where it is an address, else rasoat at the mail server."""
    if configuration.alerts.sender:
        return configuration.alerts.sender
    server = configuration.mail
    if server is not None and server.user and "@" in server.user:
        return server.user
    host = server.host if server is not None else "localhost"
    return "rasoat@" + ("localhost" if host.replace(".", "").isdigit() or ":" in host else host)


def send_mail(server: MailServer, ca_file: Path | None, message: EmailMessage) -> None:
    """Send one mail.

    Raises:
        DeliveryError: the mail was refused, or the server is away, silent or hung up. The mail may still
            have been sent only where the connection broke while the server confirmed its end.
    """
    sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
    with _connected(server, ca_file) as session, _translate_errors(server, everything=False):
        session.sendmail(sender, [recipient], message.as_bytes())


def check_server(server: MailServer, ca_file: Path | None) -> str:
    """Connect, greet and log in without sending anything; return in words what the server answered.

    Raises:
        DeliveryError: one of them failed.
    """
    with _connected(server, ca_file) as session:
        secure = {"plain": "không mã hóa", "starttls": "STARTTLS", "tls": "TLS"}[server.security]
        limit = session.esmtp_features.get("size", "")
        words = f"{server.host}:{server.port} trả lời, {secure}"
        words += ", đăng nhập được" if server.user else ", không đăng nhập"
        return words + (f", thư tối đa {int(limit) // 1024**2} MB" if limit.isdigit() and int(limit) else "")


def send_notification(urls: tuple[str, ...], message: Message) -> None:
    """Send a message to the Apprise channel that its recipient names.

    Raises:
        DeliveryError: the channel is no longer configured, Apprise does not know it, or it did not accept.
    """
    recipient = message.recipient
    url = next((each for each in urls if masked_name(each) == recipient), None)
    if url is None:
        raise DeliveryError(f"kênh {recipient} không còn trong RASOAT_NOTIFY_URLS")
    import apprise

    channel = apprise.Apprise.instantiate(url)
    if channel is None:
        raise DeliveryError(f"kênh {recipient}: Apprise không hiểu địa chỉ này")
    gate = apprise.Apprise()
    gate.add(channel)
    try:
        sent = gate.notify(body=message.text, title=message.subject, body_format=apprise.NotifyFormat.TEXT)
    except Exception as error:  # a plug-in of another project may raise anything
        raise DeliveryError(f"kênh {recipient}: {type(error).__name__}") from None
    if not sent:
        raise DeliveryError(f"kênh {recipient} không nhận tin")


@contextmanager
def _connected(server: MailServer, ca_file: Path | None) -> Iterator[smtplib.SMTP]:
    with _translate_errors(server, everything=True):
        session = _session(server, ca_file)
    try:
        with _translate_errors(server, everything=True):
            session.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                session.starttls(context=_context(ca_file))
                session.ehlo_or_helo_if_needed()
            if server.user:
                _log_in(session, server.user, server.password or "")
        yield session
        with suppress(smtplib.SMTPException, OSError):
            session.quit()  # what was sent is sent, however the connection ends
    finally:
        session.close()


def _session(server: MailServer, ca_file: Path | None) -> smtplib.SMTP:
    if server.security == "tls":
        context = _context(ca_file)
        return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=server.timeout)


def _log_in(session: smtplib.SMTP, user: str, password: str) -> None:
    """Log in by the first method that both support, in UTF-8 (RFC 4616), which the library's log-in cannot.

    One wrong answer ends it: some servers hang up, or lock the account, at the second.
    """
    methods = session.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in methods:
        answer = session.docmd("AUTH", "PLAIN " + _base64(f"\0{user}\0{password}"))
    elif "LOGIN" in methods:
        answer = session.docmd("AUTH", "LOGIN " + _base64(user))
        if answer[0] == 334:
            answer = session.docmd(_base64(password))
    else:
        answer = session.login(user, password)
    if answer[0] not in (235, 503):
        raise smtplib.SMTPAuthenticationError(*answer)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # also the server's own, or an intermediate
    return context


@contextmanager
def _translate_errors(server: MailServer, *, everything: bool) -> Iterator[None]:
    where = f"{server.host}:{server.port}"
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise DeliveryError(
            _clean(server, f"{where} không nhận người nhận: {code} {_decode(text)}")
        ) from None
    except smtplib.SMTPAuthenticationError as error:
        reason = f"{where} không cho đăng nhập: {error.smtp_code} {_decode(error.smtp_error)}"
        raise DeliveryError(_clean(server, reason), everything=True) from None
    except smtplib.SMTPResponseException as error:
        reason = f"{where} từ chối: {error.smtp_code} {_decode(error.smtp_error)}"
        raise DeliveryError(_clean(server, reason), everything=everything) from None
    except smtplib.SMTPServerDisconnected:
        raise DeliveryError(f"{where} ngắt kết nối giữa chừng", everything=everything) from None
    except smtplib.SMTPException as error:
        raise DeliveryError(_clean(server, f"{where}: {error}"), everything=everything) from None
    except TimeoutError:
        reason = f"{where} không trả lời trong {server.timeout:g} giây"
        raise DeliveryError(reason, everything=True) from None
    except ssl.SSLError as error:
        reason = f"{where}: không thiết lập được kết nối mã hóa ({error.reason or error})"
        raise DeliveryError(_clean(server, reason), everything=True) from None
    except (OSError, UnicodeError) as error:
        reason = f"{where}: không kết nối được ({getattr(error, 'strerror', None) or error})"
        raise DeliveryError(_clean(server, reason), everything=everything) from None


def _decode(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def _clean(server: MailServer, text: str) -> str:
    """Return the text as one line without the password, also in the forms in which a server may repeat it."""
    for secret in _secrets(server):
        text = text.replace(secret, "•••")
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:MAX_ANSWER]


def _secrets(server: MailServer) -> list[str]:
    if not server.password:
        return []
    plain = f"\0{server.user}\0{server.password}"
    return [_base64(plain), _base64(server.password), server.password]

"""A real mail server on loopback that can be told to misbehave, and the letters it took in."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "rasoat@sonoivu.example", "mật khẩu/rất@dài"


@dataclass
class Post:
    """What the server does with each command: answers are used up in their order, then it accepts."""

    at_recipient: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    sessions: int = 0

    @property
    def letters(self) -> list[EmailMessage]:
        """The letters taken in, parsed."""
        return [message_from_bytes(each, policy=policy.default) for each in self.raw]  # type: ignore[misc]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.seen.append(address)
        answer = self.at_recipient.pop(0) if self.at_recipient else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.at_data.pop(0) if self.at_data else "250 OK"
        if answer == "hang up":
            server.transport.abort()
        elif answer == "silence":
            await asyncio.sleep(5)
        elif answer.startswith("250"):
            self.raw.append(envelope.content or b"")
        return answer


class Server(Controller):
    """The server of a `Post`; `tls`: none, on connecting, or by STARTTLS."""

    def __init__(
        self, post: Post, *, tls: str = "", context: ssl.SSLContext | None = None, login: bool = False
    ):
        options: dict[str, Any] = {}
        if login:
            options |= {
                "authenticator": _authenticate,
                "auth_required": True,
                "auth_require_tls": tls == "starttls",
            }
        if tls == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        super().__init__(
            post,
            hostname="127.0.0.1",
            port=0,
            ssl_context=context if tls == "tls" else None,
            server_kwargs=options,
        )

    def url(self, scheme: str = "smtp", who: str = "", **query: object) -> str:
        """`RASOAT_SMTP_URL` for it."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return f"{scheme}://{who}127.0.0.1:{self.port}" + (f"?{asked}" if asked else "")

    def _trigger_server(self) -> None:
        """The base class greets on the port it was given; here the system chose one."""
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == (
        USER,
        PASSWORD,
    )
    return AuthResult(success=good, handled=good)


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of 127.0.0.1 by an authority nobody knows: its file, and the server's side of it."""
    key, authority = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name, issuer = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, said)]) for said in ("127.0.0.1", "Tỉnh")
    )
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 400 * day)
        .not_valid_after(now + 400 * day)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .sign(authority, hashes.SHA256())
    )
    public, private = folder / "mail.pem", folder / "mail.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context

"""Certificates: a portal that cannot prove who it is tells us nothing."""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from extractors.http.client import PoliteClient
from extractors.portals.national_api import NationalApi
from extractors.portals.read_source import read
from portals.serve import Portals
from procedures.errors import SettingsError, SourceFailed
from procedures.snapshot import ReadingPlan, ReadingResult, SnapshotState
from steps.sources.recorded_reader import Memory
from tests.extractors.portals.test_national_api import NIGHT, settings
from tests.extractors.raw_server import RawServer, said


def certificate(folder: Path, address: str) -> Path:
    """A certificate for `address`, signed by itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cong.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{address}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


@pytest.fixture(params=["127.0.0.1"])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Portals, Path]]:
    """The bundled portals over TLS, and the certificate that they show."""
    file = certificate(tmp_path, request.param)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with Portals(departments=["G09"], tls=context) as running:
        for code in running.national.world.codes[5:]:
            running.national.world.drop(code)
        yield running, file


def night(portals: Portals, ca_file: Path | None) -> ReadingResult:
    chosen = settings(portals.national.base_url, ca_file=ca_file)
    with closing(NationalApi(chosen, None)) as asking:
        return read(asking, chosen, ReadingPlan(as_of=NIGHT), Memory())


def test_a_portal_with_an_unknown_certificate_is_not_asked_anything(portal: tuple[Portals, Path]) -> None:
    start = time.monotonic()
    outcome = night(portal[0], None)
    assert outcome.verdict.state == SnapshotState.FAILED
    assert "chứng thư của cổng không được tin cậy" in (outcome.verdict.reason or "")
    assert outcome.certificate.requests == 1
    assert portal[0].national.requests == []
    assert time.monotonic() - start < 5


def test_a_certificate_that_the_settings_name_is_trusted(portal: tuple[Portals, Path]) -> None:
    outcome = night(*portal)
    assert outcome.verdict.state == SnapshotState.COMPLETE
    assert outcome.certificate.listed == 5


@pytest.mark.parametrize("portal", ["127.0.0.2"], indirect=True)
def test_a_certificate_of_another_host_is_not_trusted(portal: tuple[Portals, Path]) -> None:
    outcome = night(*portal)
    assert outcome.verdict.state == SnapshotState.FAILED
    assert "chứng thư" in (outcome.verdict.reason or "")


def test_a_file_that_holds_no_certificates_is_named(tmp_path: Path) -> None:
    for file, content in ((tmp_path / "khong-co.pem", None), (tmp_path / "rong.pem", b"xyz")):
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(SettingsError, match=file.name):
            NationalApi(settings("https://cong.example", ca_file=file), None)


# A server that shows its own certificate alone, without those between it and the root.

LEAF, MIDDLE, ROOT = "máy chủ", "trung gian", "gốc"


class Signer(NamedTuple):
    """A certificate, and the key that signs with it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def file(self, folder: Path, encoding: serialization.Encoding = serialization.Encoding.PEM) -> Path:
        """The certificate as a file."""
        kind = "der" if encoding == serialization.Encoding.DER else "pem"
        path = folder / f"{self.certificate.serial_number}.{kind}"
        path.write_bytes(self.certificate.public_bytes(encoding))
        return path


def signed(
    subject: str, by: Signer | None, *, days: tuple[int, int] = (-1, 1), host: str = "127.0.0.1"
) -> Signer:
    """A certificate and its key; signed by itself where there is nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    authority = subject != LEAF
    begin, end = (datetime.now(UTC) + timedelta(days=day) for day in days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by.certificate.subject if by else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False
        )
        .sign(by.key if by else key, hashes.SHA256())
    )
    return Signer(made, key)


@pytest.fixture(scope="module")
def chain() -> dict[str, Signer]:
    """A root, what it signed, and the server that that signed."""
    root = signed(ROOT, None)
    middle = signed(MIDDLE, root)
    return {ROOT: root, MIDDLE: middle, LEAF: signed(LEAF, middle)}


def with_key(shown: Signer, folder: Path) -> Path:
    """The certificate and its key in one file, as a server loads them."""
    file = folder / "shown.pem"
    key = shown.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(shown.file(folder).read_bytes() + key)
    return file


def asked(folder: Path, shown: Signer, ca_file: Path | None) -> str:
    """What becomes of one question to a server that shows this certificate alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(with_key(shown, folder))
    with (
        RawServer({"/": said(b"<p>1</p>")}, context) as web,
        PoliteClient(
            web.url,
            requests_per_second=1000,
            concurrency=1,
            timeout=5,
            archive=None,
            source="x",
            ca_file=ca_file,
        ) as client,
    ):
        try:
            return client.request("GET", "/", expects="html").body.decode()
        except SourceFailed as error:
            return str(error)


@pytest.mark.parametrize(
    "encoding", [serialization.Encoding.PEM, serialization.Encoding.DER], ids=["pem", "der"]
)
@pytest.mark.parametrize("given", [LEAF, MIDDLE])
def test_a_server_s_own_certificate_or_the_one_above_it_is_enough(
    tmp_path: Path, chain: dict[str, Signer], given: str, encoding: serialization.Encoding
) -> None:
    assert asked(tmp_path, chain[LEAF], chain[given].file(tmp_path, encoding)) == "<p>1</p>"


def test_the_root_is_enough_where_it_signed_the_server_itself(
    tmp_path: Path, chain: dict[str, Signer]
) -> None:
    assert asked(tmp_path, signed(LEAF, chain[ROOT]), chain[ROOT].file(tmp_path)) == "<p>1</p>"


def test_root_and_intermediate_in_one_file_are_enough(tmp_path: Path, chain: dict[str, Signer]) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(b"".join(chain[each].file(tmp_path).read_bytes() for each in (ROOT, MIDDLE)))
    assert asked(tmp_path, chain[LEAF], both) == "<p>1</p>"


def test_an_intermediate_that_nobody_has_is_asked_for_in_one_line(
    tmp_path: Path, chain: dict[str, Signer]
) -> None:
    for ca_file in (chain[ROOT].file(tmp_path), None):
        words = asked(tmp_path, chain[LEAF], ca_file)
        assert "cổng không gửi chứng thư trung gian" in words
        assert words.endswith("vào ca_file)")
        assert "\n" not in words


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (signed(LEAF, None), "chứng thư tự ký"),
        (signed(LEAF, None, days=(-2, -1)), "đã hết hạn"),
        (signed(LEAF, None, days=(1, 2)), "chưa đến ngày có hiệu lực"),
        (signed(LEAF, None, host="127.0.0.9"), "chứng thư của máy chủ khác"),
    ],
    ids=["nobody's", "too old", "too young", "another host's"],
)
def test_trusting_a_certificate_trusts_nothing_else_of_it(tmp_path: Path, shown: Signer, words: str) -> None:
    ca_file = None if words == "chứng thư tự ký" else shown.file(tmp_path)
    assert words in asked(tmp_path, shown, ca_file)


def test_one_certificate_of_an_authority_makes_no_other_one_trusted(
    tmp_path: Path, chain: dict[str, Signer]
) -> None:
    sister = signed(LEAF, chain[MIDDLE])
    assert "không được tin cậy" in asked(tmp_path, sister, chain[LEAF].file(tmp_path))


def test_a_portal_whose_certificate_has_expired_is_not_asked_anything(tmp_path: Path) -> None:
    authority = signed(ROOT, None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(with_key(signed(LEAF, authority, days=(-90, -1)), tmp_path))
    with Portals(departments=["G09"], tls=context) as running:
        outcome = night(running, authority.file(tmp_path))
        assert outcome.verdict.state == SnapshotState.FAILED
        assert "đã hết hạn" in (outcome.verdict.reason or "")
        assert running.national.requests == []

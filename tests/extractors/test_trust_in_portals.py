"""Certificates: a portal that cannot prove who it is tells us nothing."""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from extractors.national_api import NationalApi
from extractors.reading import read
from portals.serve import Portals
from procedures.errors import SettingsError
from procedures.snapshot import Reading, ReadingPlan, SnapshotState
from steps.recorded import Memory
from tests.extractors.test_national_api import NIGHT, settings


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


def night(portals: Portals, ca_file: Path | None) -> Reading:
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

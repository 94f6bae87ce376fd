"""The circuit breaker: what each answer of a portal means for the request, and for the whole source."""

from __future__ import annotations

import threading
import time
from urllib.parse import urlsplit

from extractors.http.deadline_transport import PROXY_WANTS_LOG_IN
from extractors.http.exchange import certificate_message, network_message
from extractors.http.response_body import DamagedAnswer
from extractors.http.robots import PATH as ROBOTS
from extractors.portals.source import ReadRefused, Unread
from procedures.errors import SourceError, SourceFailed, SourceRefused

REFUSALS_IN_A_ROW = 3
FAULTS_IN_A_ROW = 20
LONGEST_SILENCE = 200.0
"""Seconds without one good answer, while only faults come, after which a portal counts as down."""


class RetryableFault(Exception):  # noqa: N818 - says what happened
    """A fault that another try may cure; `wait`: after our own pause, not one that the portal asked for."""

    def __init__(self, reason: str, wait: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class CircuitBreaker:
    """The state of one portal, shared by the threads that ask it, and the errors that they raise.

    `RetryableFault` tries the request once more, `Unread` gives up this request, a `SourceError` ends the
    source: the first one counts, and every later request raises it too.
    """

    def __init__(self, silence: float, through: str = "") -> None:
        """Start without any answer.

        `silence`: seconds to wait for a good answer while only faults come. `through`: the proxy in use, as
        people read it; empty where there is none.
        """
        self._silence = silence
        self._proxy_note = f", qua proxy {through}" if through else ""
        self._lock = threading.Lock()
        self._refusals = self._faults = 0
        self._has_answered = self._has_served = self._last_was_fault = False
        self._last_good = time.monotonic()
        self._end: SourceError | None = None

    def record_success(self, *, data: bool) -> None:
        """Record a good answer; `data`: it was what the source is asked for, not a page on the way to it."""
        with self._lock:
            self._refusals = self._faults = 0
            self._has_answered, self._last_was_fault = True, False
            self._has_served = self._has_served or data
            self._last_good = time.monotonic()

    def end_source(self, error: SourceError) -> SourceError:
        """Remember the error that ends the source, and return the first one, which counts."""
        with self._lock:
            self._end = self._end or error
            return self._end

    def retryable(self, reason: str, *, wait: bool = True) -> RetryableFault:
        """Return a fault that another try may cure."""
        with self._lock:
            self._last_was_fault = True
        return RetryableFault(reason, wait=wait)

    def refusal_error(self, status: int, *, paused: bool) -> Exception:
        """Return the error of a refusal: the end of a source that never served data or refuses repeatedly.

        `paused`: the portal said how long to wait.
        """
        with self._lock:
            self._refusals += 1
            refusals, served = self._refusals, self._has_served
        if status == 429 and refusals < REFUSALS_IN_A_ROW:
            return self.retryable(f"cổng trả lời {status}", wait=not paused)
        if not served or refusals >= REFUSALS_IN_A_ROW:
            times = f" {refusals} lần liền" if refusals > 1 else ""
            return self.end_source(SourceRefused(f"cổng từ chối{times} (mã {status})"))
        return ReadRefused(f"cổng từ chối (mã {status})")

    def lost_answer_error(self, address: str, reason: str) -> Exception:
        """Return the error of a request without an answer: the end of the source, or of this request."""
        if self._end is not None:
            return self._end
        with self._lock:
            self._faults += 1
            faults, answered = self._faults, self._has_answered
            silent = time.monotonic() - self._last_good
        if not answered:
            parts = urlsplit(address)
            asked = parts.netloc + (ROBOTS if parts.path == ROBOTS else "")
            return self.end_source(SourceFailed(f"không đọc được {asked}: {reason}"))
        if faults >= FAULTS_IN_A_ROW or silent > self._silence:
            return self.end_source(
                SourceFailed(f"cổng ngừng trả lời sau {faults} yêu cầu hỏng liền: {reason}")
            )
        return Unread(reason)

    def damaged_answer_error(self, error: DamagedAnswer, address: str) -> Exception:
        """Return the error of an answer that is cut short or is not what it declares to be."""
        return self.retryable(str(error)) if error.retryable else self.lost_answer_error(address, str(error))

    def network_error(self, error: Exception) -> Exception:
        """Return the error of a connection that failed or broke off."""
        distrust = certificate_message(error)
        if distrust is not None:
            return self.end_source(SourceFailed(distrust + self._proxy_note))
        if "Proxy" in type(error).__name__ and str(PROXY_WANTS_LOG_IN) in str(error):
            reason = f"proxy đòi đăng nhập{self._proxy_note}; ghi tên và mật khẩu vào địa chỉ của proxy"
            return self.end_source(SourceFailed(reason))
        return self.retryable(network_message(error) + self._proxy_note)

    def raise_if_ended(self, address: str) -> None:
        """Raise where nothing more may be asked: the source ended, or has only been faulty for too long."""
        if self._end is not None:
            raise self._end
        with self._lock:
            silent = (
                self._has_answered
                and self._last_was_fault
                and time.monotonic() - self._last_good > self._silence
            )
        if silent:
            raise self.lost_answer_error(address, "chỉ có lỗi")

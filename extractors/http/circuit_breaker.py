"""How a portal has answered so far, and what each of its answers means for the request and for the source."""

from __future__ import annotations

import threading
import time
from urllib.parse import urlsplit

from extractors.http.deadline_transport import PROXY_WANTS_LOG_IN
from extractors.http.exchange import words_of, words_of_distrust
from extractors.http.response_body import Spoilt
from extractors.http.robots import PATH as ROBOTS
from extractors.portals.source import Refused, Unread
from procedures.errors import SourceError, SourceFailed, SourceRefused

REFUSALS_IN_A_ROW = 3
FAULTS_IN_A_ROW = 20
SILENCE = 200.0
"""Seconds without one good answer, while only faults come, after which a portal is called dead."""


class Again(Exception):  # noqa: N818 - says what happened
    """A fault that another try may cure; `wait`: after a pause of ours, not one that the portal asked for."""

    def __init__(self, reason: str, wait: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class Condition:
    """What threads that ask one portal tell of its answers, and what they are to raise.

    `Again` tries the request once more, `Unread` gives it up alone, a `SourceError` ends the source: the
    first one stands, and every later request raises it too.
    """

    def __init__(self, silence: float, through: str = "") -> None:
        """`silence`: seconds without a good answer, while faults come, that a portal is waited for.

        `through`: the proxy through which it is asked, for people; empty where there is none.
        """
        self._silence = silence
        self._through = f", qua proxy {through}" if through else ""
        self._lock = threading.Lock()
        self._refusals = self._faults = 0
        self._answered = self._served = self._faulty = False
        self._last_good = time.monotonic()
        self._ended: SourceError | None = None

    def good(self, *, data: bool) -> None:
        """A good answer came; `data`: it was what the source is asked for, no page on the way to it."""
        with self._lock:
            self._refusals = self._faults = 0
            self._answered, self._faulty = True, False
            self._served = self._served or data
            self._last_good = time.monotonic()

    def ended(self, error: SourceError) -> SourceError:
        """Remembers what ended the source; gives the first one, which stands."""
        with self._lock:
            self._ended = self._ended or error
            return self._ended

    def again(self, reason: str, *, wait: bool = True) -> Again:
        """A fault that another try may cure."""
        with self._lock:
            self._faulty = True
        return Again(reason, wait=wait)

    def refused(self, status: int, *, paused: bool) -> Exception:
        """A refusal ends a source that never served anything, and one that refuses time after time.

        `paused`: the portal said how long it wants to be left alone.
        """
        with self._lock:
            self._refusals += 1
            refusals, served = self._refusals, self._served
        if status == 429 and refusals < REFUSALS_IN_A_ROW:
            return self.again(f"cổng trả lời {status}", wait=not paused)
        if not served or refusals >= REFUSALS_IN_A_ROW:
            times = f" {refusals} lần liền" if refusals > 1 else ""
            return self.ended(SourceRefused(f"cổng từ chối{times} (mã {status})"))
        return Refused(f"cổng từ chối (mã {status})")

    def lost(self, address: str, reason: str) -> Exception:
        """What a request without an answer means: the source's end, or only its own."""
        if self._ended is not None:
            return self._ended
        with self._lock:
            self._faults += 1
            faults, answered = self._faults, self._answered
            silent = time.monotonic() - self._last_good
        if not answered:
            where = urlsplit(address)
            asked = where.netloc + (ROBOTS if where.path == ROBOTS else "")
            return self.ended(SourceFailed(f"không đọc được {asked}: {reason}"))
        if faults >= FAULTS_IN_A_ROW or silent > self._silence:
            return self.ended(SourceFailed(f"cổng ngừng trả lời sau {faults} yêu cầu hỏng liền: {reason}"))
        return Unread(reason)

    def spoilt(self, error: Spoilt, address: str) -> Exception:
        """An answer that cannot be read: cut off on its way, or not what it says it is."""
        return self.again(str(error)) if error.again else self.lost(address, str(error))

    def unreached(self, error: Exception) -> Exception:
        """A connection that did not come about, or broke off."""
        distrust = words_of_distrust(error)
        if distrust is not None:
            return self.ended(SourceFailed(distrust + self._through))
        if "Proxy" in type(error).__name__ and str(PROXY_WANTS_LOG_IN) in str(error):
            told = f"proxy đòi đăng nhập{self._through}; ghi tên và mật khẩu vào địa chỉ của proxy"
            return self.ended(SourceFailed(told))
        return self.again(words_of(error) + self._through)

    def check(self, address: str) -> None:
        """Raises where nothing more is to be asked: the source ended, or was only faulty for too long."""
        if self._ended is not None:
            raise self._ended
        with self._lock:
            silent = self._answered and self._faulty and time.monotonic() - self._last_good > self._silence
        if silent:
            raise self.lost(address, "chỉ có lỗi")

"""Real server processes: the app on a store, the empty page beside it, and a sign-in by the form."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@contextmanager
def served(script: str, log: Path, **environment: str) -> Iterator[str]:
    """`streamlit run script` from the project folder; gives its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = int(listening.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]), **environment}
    with log.open("ab") as written:
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=written, stderr=written)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, process, log)
        yield address
    finally:
        process.kill()
        process.wait()


def sign_in(address: str, login: str, password: str) -> str:
    """The cookie header of a person who typed the password into the form."""
    form = urllib.parse.urlencode({"login": login, "password": password}).encode()
    request = urllib.request.Request(f"{address}/session/login", form, headers={"Origin": address})
    opener = urllib.request.build_opener(_Stay())
    with opener.open(request, timeout=20) as answer:
        cookies = [line.split(";")[0] for line in answer.headers.get_all("Set-Cookie") or []]
    if not any(cookie.startswith("jakahdi=") for cookie in cookies):
        raise RuntimeError(f"{login} could not sign in")
    return "; ".join(cookies)


class _Stay(urllib.request.HTTPRedirectHandler):
    """The answer to the form itself carries the cookie."""

    def http_error_303(self, req, fp, code, msg, headers):
        return fp


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{log.read_text('utf-8')}") from None
            time.sleep(0.1)

"""A demonstration: a fresh directory in `.demo/`, three contractors, and Okta played by a rehearsal: `make run`.

Everything goes through the commands that a user has; nothing here knows more than they do.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".demo"
DIRSYNC = [sys.executable, "-m", "dirsync_core.cli", "--dir", str(FOLDER)]
ALSO_PUSHED = "nora.lie@halden.example"
CONTRACTORS = (
    ("arvid@tangstad-elektro.example", "displayName=Arvid Tangstad", "title=Electrician", "city=Oslo"),
    (ALSO_PUSHED, "displayName=Nora Lie", "title=Consultant", "city=Bergen"),
    ("sam.roe@agency.example", "displayName=Sam Roe", "title=Receptionist", "city=Oslo"),
)


def main() -> int:
    """Make the directory, serve it, let Okta push; then serve on until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--people", type=int, default=200)
    arguments = parser.parse_args()
    url = f"http://127.0.0.1:{arguments.port}"
    _prepare()
    server = subprocess.Popen(
        [*DIRSYNC, "serve", "--port", str(arguments.port)], env=os.environ | {"DIRSYNC_LOG": "warning"}
    )
    try:
        _wait(server, url)
        rehearsal = [
            *DIRSYNC,
            "okta",
            "rehearse",
            "--people",
            str(arguments.people),
            "--url",
            url,
            "--also",
            ALSO_PUSHED,
        ]
        code = subprocess.run(rehearsal).returncode
        if code:
            return code
        _say_where(url)
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait(20)


def _prepare() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    shutil.copy(ROOT / "plugins.toml", FOLDER)
    subprocess.run([*DIRSYNC, "init"], check=True)
    for email, *values in CONTRACTORS:
        subprocess.run([*DIRSYNC, "manual", "add", email, *values], check=True, stdout=subprocess.DEVNULL)


def _wait(server: "subprocess.Popen[bytes]", url: str) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise SystemExit(server.returncode)
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=5).close()
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not become ready within 20 s.")


def _say_where(url: str) -> None:
    link = subprocess.run(
        [*DIRSYNC, "sign-in", "--url", url], check=True, capture_output=True, text=True
    ).stdout.strip()
    print(
        f"\nThe directory is served at {url}, until you press Ctrl-C. Sign in with this link, good for ten minutes:\n"
        f"\n    {link}\n\n"
        f"Look at Nora Lie, who is kept by hand and was pushed by Okta too: {url}/people/why?who={ALSO_PUSHED}\n"
        "It lies in .demo/ and is made afresh each time. To start empty, for real: see README.",
        flush=True,
    )


if __name__ == "__main__":
    raise SystemExit(main())

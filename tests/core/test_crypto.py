"""Passwords cost time on purpose, which nobody else waits for."""

from __future__ import annotations

import subprocess
import sys

MEASURED = """
import gevent.monkey
gevent.monkey.patch_all()
import time
import gevent
from community.core import crypto

def pages():
    "Somebody else's requests: the longest that one of them waited."
    longest, before = 0.0, time.perf_counter()
    while working:
        gevent.sleep(0.001)
        longest, before = max(longest, time.perf_counter() - before), time.perf_counter()
    return longest

working = True
waiting = gevent.spawn(pages)
gevent.sleep(0.01)
began = time.perf_counter()
hashed = crypto.hash_password("one more long password")
assert crypto.verify_password(hashed, "one more long password")
assert not crypto.verify_password(None, "one more long password")
took, working = time.perf_counter() - began, False
print(f"{took} {waiting.get()}")
"""


def test_hashing_a_password_holds_up_nobody_else():
    done = subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    took, longest = map(float, done.stdout.split())
    assert took > 0.1, "three hashes cost something"
    assert longest < took / 4, "the loop goes on meanwhile"

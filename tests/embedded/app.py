"""A process that uses the embedded servers, driven line by line: `python -m tests.embedded.app INSTANCE_DIR UID USER`.

Becomes the user with the number UID if that is not empty; tells `Embedded` to become USER if that is not empty.
Reads one command a line (acquire, release, fork, quit) and answers each with one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from community.embedded import Embedded, EmbeddedUnavailable


def main() -> None:
    folder, uid, user = sys.argv[1:]
    if uid:  # only now: the interpreter may lie where that user cannot go
        os.setgroups([])
        os.setgid(int(uid))
        os.setuid(int(uid))
    embedded = Embedded(Path(folder), user=user or None)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        command = line.strip()
        if command == "quit":
            break
        print(json.dumps(answer(embedded, command)), flush=True)


def answer(embedded: Embedded, command: str) -> object:
    try:
        match command:
            case "acquire":
                return {"outcome": embedded.acquire(), "notice": embedded.notice}
            case "release":
                return {"released": embedded.release()}
            case "fork":
                return {"child": fork(embedded)}
            case _:
                return {"error": f"no such command: {command}"}
    except EmbeddedUnavailable as error:
        return {"error": str(error)}


def fork(embedded: Embedded) -> str:
    """What `release` answers in a forked child that then ends as Python programs do."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.write(writing, str(embedded.release()).encode())
        sys.exit(0)
    os.close(writing)
    os.wait()
    return os.read(reading, 100).decode()


if __name__ == "__main__":
    main()

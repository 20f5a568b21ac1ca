"""A process that uses the embedded servers, driven line by line: `python -m tests.embedded.app INSTANCE_DIR [USER]`.

Reads one command a line (acquire, release, fork, quit) and answers each with one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from community.embedded import Embedded, EmbeddedUnavailable


def main() -> None:
    embedded = Embedded(Path(sys.argv[1]), user=sys.argv[2] if len(sys.argv) > 2 else None)
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

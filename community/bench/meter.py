"""Meters: CPU of a set of processes, and clients that measure without being measured."""

from __future__ import annotations

import http.client
import multiprocessing
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import psutil


@dataclass(frozen=True)
class Figures:
    """What a page costs. CPU is in milliseconds per request of all server processes together."""

    cpu_ms: float
    requests_per_second: float
    p50_ms: float
    p95_ms: float
    bytes: int
    statements: float = 0.0
    status: int = 200

    def row(self) -> dict[str, float | int]:
        return asdict(self)


def cpu_seconds(processes: Sequence[psutil.Process]) -> float:
    """User and system time of these processes so far."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def memory_bytes(processes: Sequence[psutil.Process]) -> int:
    """Unique memory (USS) of these processes together."""
    total = 0
    for process in processes:
        try:
            total += process.memory_full_info().uss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total


def measure(bind: str, path: str, headers: Mapping[str, str], *, count: int, processes: Callable[[], Sequence[psutil.Process]],
            clients: int = 2, rounds: int = 5) -> Figures:
    """The median of several rounds of `count` requests by keep-alive clients in other processes."""
    _load(bind, path, headers, count=max(40, count // 5), clients=clients)
    taken = [_round(bind, path, headers, count, processes, clients) for _ in range(rounds)]
    middle = statistics.median(one.cpu_ms for one in taken)
    return next(one for one in taken if one.cpu_ms == middle)


def fetch(bind: str, path: str, headers: Mapping[str, str], *, count: int) -> None:
    """Ask for a page so many times, one after the other."""
    _client(bind, path, dict(headers), count)


def _round(bind: str, path: str, headers: Mapping[str, str], count: int, processes: Callable[[], Sequence[psutil.Process]],
           clients: int) -> Figures:
    watched = processes()
    before, started = cpu_seconds(watched), time.perf_counter()
    times, size, status = _load(bind, path, headers, count=count, clients=clients)
    spent, elapsed = cpu_seconds(watched) - before, time.perf_counter() - started
    ordered = sorted(times)
    return Figures(cpu_ms=round(spent / len(ordered) * 1000, 3), requests_per_second=round(len(ordered) / elapsed, 1),
                   p50_ms=round(ordered[len(ordered) // 2] * 1000, 2),
                   p95_ms=round(ordered[int(len(ordered) * 0.95)] * 1000, 2), bytes=size, status=status)


def _load(bind: str, path: str, headers: Mapping[str, str], *, count: int, clients: int) -> tuple[list[float], int, int]:
    with multiprocessing.get_context("fork").Pool(clients) as pool:
        results = pool.starmap(_client, [(bind, path, dict(headers), count // clients)] * clients)
    times = [one for result in results for one in result[0]]
    return times, results[0][1], results[0][2]


def _client(bind: str, path: str, headers: dict[str, str], count: int) -> tuple[list[float], int, int]:
    host, _, port = bind.partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    times: list[float] = []
    size = status = 0
    for _ in range(count):
        started = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        times.append(time.perf_counter() - started)
        size, status = len(body), response.status
    connection.close()
    return times, size, status

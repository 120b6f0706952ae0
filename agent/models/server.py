"""The local model: llama.cpp's server on this machine, spoken to like any OpenAI-compatible one.

It runs in a process of its own. Inside this one, its loading would stop every thread (it holds Python's lock for
seconds), stopping it during a reply would hang, and a crash for want of memory would take the application along.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from types import TracebackType

from .errors import ModelLoadFailed

__all__ = ["LocalServer", "default_threads"]

BATCH = 512
"""Tokens of a prompt that are read in one step: between steps a request that was given up makes way for the next.
llama.cpp's own 2,048 made a turn wait until a job's whole prompt had been read."""
_PROCESS = Path(__file__).with_name("llama_process.py")


def default_threads() -> tuple[int, int]:
    """Threads for writing (one fewer than this process has cores) and for reading the prompt (all cores).

    llama.cpp's threads wait for each other by spinning. When writing, which synchronises at every token, as many
    threads as cores collapse on a busy machine (measured on two cores: 0.2-4.5 tokens/s instead of 10-15). Reading
    works in large steps: all cores are twice as fast on a quiet machine and at worst half as fast on a busy one.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1), cores


class LocalServer:
    """A GGUF model served on a free port of 127.0.0.1 under a random key; loaded on the first `address()`.

    One request at a time is computed, others wait. It ends with `close()`, when this object is collected, and when
    this process ends, however it does.
    """

    def __init__(self, weights: Path, *, threads: int | None = None, context: int = 4096, cache_mib: int = 256) -> None:
        self.weights = weights
        self.api_key = secrets.token_urlsafe(24)
        self._threads, self._prompt_threads = (threads, threads) if threads else default_threads()
        self._context = context
        self._cache_mib = cache_mib
        self._lock = threading.Lock()
        self._running: list[tuple[subprocess.Popen[str], str]] = []
        self._loading: subprocess.Popen[str] | None = None
        self._closer = weakref.finalize(self, _stop, self._running)

    @property
    def name(self) -> str:
        """The name it knows the model by."""
        return self.weights.stem

    @property
    def loaded(self) -> bool:
        return bool(self._running) and self._running[0][0].poll() is None

    def address(self) -> str:
        """Its URL (`http://127.0.0.1:PORT`), after loading the model where it is not loaded (or has died).

        Raises ModelLoadFailed when the file is missing or broken, or does not fit into memory.
        """
        with self._lock:
            if not self.loaded:
                _stop(self._running)
                self._running.append(self._load())
            return self._running[0][1]

    def close(self) -> None:
        """Stop at once and free the memory; the next `address()` loads again. One that is loading gives up."""
        loading = self._loading
        if loading is not None:
            loading.kill()  # without the lock, which is held until it has loaded
        with self._lock:
            _stop(self._running)

    def __enter__(self) -> LocalServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _load(self) -> tuple[subprocess.Popen[str], str]:
        if not self.weights.is_file():
            raise ModelLoadFailed(f"no model file at {self.weights}: pull it first")
        process = subprocess.Popen(
            [sys.executable, "-P", str(_PROCESS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # Ctrl-C in a terminal ends a reply, not the model
        )
        self._loading = process
        try:
            return process, self._talk(process)
        except BaseException:
            _stop([(process, "")])
            raise
        finally:
            self._loading = None

    def _talk(self, process: subprocess.Popen[str]) -> str:
        """Tell the process what to load and wait for where it serves it."""
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(self._wanted()) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        answer = json.loads(line) if line else {"error": f"the process died with status {process.wait()}"}
        if "address" not in answer:
            raise ModelLoadFailed(
                f"{self.weights} could not be loaded with a context of {self._context} tokens ({answer['error']}): "
                "verify the file, free memory, or install libgomp1 where it is missing"
            )
        return str(answer["address"])

    def _wanted(self) -> dict[str, object]:
        return {
            "weights": str(self.weights),
            "name": self.name,
            "api_key": self.api_key,  # through stdin: arguments can be read by everybody on the machine
            "threads": self._threads,
            "prompt_threads": self._prompt_threads,
            "batch": BATCH,
            "context": self._context,
            "cache_mib": self._cache_mib,
        }


def _stop(running: list[tuple[subprocess.Popen[str], str]]) -> None:
    while running:
        process, _ = running.pop()
        process.kill()
        process.communicate()  # closes the pipes and collects it

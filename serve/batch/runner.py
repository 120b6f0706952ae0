"""Running the lines: many users at once, each user's lines one after the other, every answer on the disk before the
next line of that user begins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .answers import Answer, Refusal, output_line, refusal_line
from .engine import Engine
from .errors import BatchStopped, LineFailed
from .index import Index, Pending
from .journal import Journal
from .lines import Correction, Line, Verdict
from .source import Source

__all__ = ["Runner", "Tally"]

RETRIES_S = (1.0, 4.0, 15.0)
"""How long a line waits before each further try while the model's server cannot be reached."""
UNREACHABLE_AT_MOST = 3
"""So many lines in a row that no try got through stop the run: the others are better left for later."""


@dataclass(slots=True)
class Tally:
    """What a run did."""

    answered: int = 0
    failed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def add(self, result: Answer | Refusal) -> None:
        if isinstance(result, Refusal):
            self.failed += 1
            return
        self.answered += 1
        usage = result.body.get("usage") or {}
        self.prompt_tokens += usage.get("prompt_tokens", 0)
        self.completion_tokens += usage.get("completion_tokens", 0)


@dataclass(frozen=True, slots=True)
class _Write:
    answer: bytes
    error: bytes
    done: asyncio.Future[None]


class Runner:
    """One run over an index that has begun. `tell` is called after each line with whether it was answered."""

    def __init__(
        self,
        source: Source,
        index: Index,
        journal: Journal,
        engine: Engine,
        *,
        since: datetime,
        concurrency: int,
        tell: Callable[[bool], None],
        retries_s: Sequence[float] = RETRIES_S,
    ) -> None:
        self._source = source
        self._index = index
        self._journal = journal
        self._engine = engine
        self._since = since
        self._concurrency = concurrency
        self._tell = tell
        self._retries_s = retries_s
        self.tally = Tally()
        self.stopping = False
        self._at_work = 0
        self._unreachable = 0
        self._moved = asyncio.Event()
        self._writes: asyncio.Queue[_Write] = asyncio.Queue()

    def stop(self) -> None:
        """Begin no further line; those at work are finished."""
        self.stopping = True
        self._moved.set()

    async def run(self) -> Tally:
        """Raises BatchStopped, OSError, or whatever bug a line has met; what was answered is kept."""
        writer = asyncio.create_task(self._keep_writing())
        workers = [asyncio.create_task(self._work()) for _ in range(self._concurrency)]
        try:
            await self._refuse_malformed()
            await _all(workers)
        finally:
            for task in (*workers, writer):
                task.cancel()
            await asyncio.wait((*workers, writer))
        return self.tally

    async def _work(self) -> None:
        while not self.stopping:
            pending = self._index.take()
            if pending is not None:
                self._at_work += 1
                try:
                    await self._run_line(pending)
                finally:
                    self._at_work -= 1
                    self._moved.set()
            elif self._at_work:
                self._moved.clear()
                await self._moved.wait()
            else:
                return

    async def _run_line(self, pending: Pending) -> None:
        line = self._source.read(pending)
        try:
            result = await self._result(self._resolved(line), pending)
        except LineFailed as error:
            result = Refusal(status=424, code="line_failed", message=str(error))
        if isinstance(result, Refusal):
            await self._write(b"", refusal_line(self._journal.run, pending.number, line.custom_id, result))
        else:
            await self._write(output_line(self._journal.run, pending.number, line.custom_id, result), b"")
        self._index.finish(pending.number, result.record_id if isinstance(result, Answer) else None)
        self._note(result)

    def _note(self, result: Answer | Refusal) -> None:
        self.tally.add(result)
        self._tell(isinstance(result, Answer))

    async def _result(self, line: Line, pending: Pending) -> Answer | Refusal:
        thread = f"batch {self._journal.run} {line.custom_id}"
        result = await self._try(line, thread, in_doubt=pending.in_doubt)
        for wait_s in self._retries_s:
            if isinstance(result, Answer) or not result.unreachable or self.stopping:
                break
            await asyncio.sleep(wait_s)
            result = await self._try(line, thread, in_doubt=True)
        if isinstance(result, Answer) or not result.unreachable:
            self._unreachable = 0
            return result
        self._unreachable += 1
        if self.stopping or self._unreachable >= UNREACHABLE_AT_MOST:
            raise BatchStopped(result.message)
        return result

    async def _try(self, line: Line, thread: str, *, in_doubt: bool) -> Answer | Refusal:
        if in_doubt:
            found = await self._engine.find(line, thread=thread, since=self._since)
            if found is not None and not self._index.knows(found.record_id):
                return found
        return await self._engine.answer(line, thread=thread)

    def _resolved(self, line: Line) -> Line:
        """An edit of another line's reply, or feedback on it, names the reply itself."""
        action = line.action
        if not isinstance(action, Correction | Verdict) or action.of_line is None:
            return line
        reply_id = self._index.record_of(action.of_line, line.user_id)
        if reply_id is None:
            raise LineFailed(
                f"line:{action.of_line} has no reply: it must be an earlier line of the same user that was answered"
            )
        return replace(line, action=replace(action, reply_id=reply_id))

    async def _refuse_malformed(self) -> None:
        for number, custom_id, fault in self._index.malformed():
            refusal = Refusal(status=400, code="malformed_line", message=f"line {number}: {fault}")
            await self._write(b"", refusal_line(self._journal.run, number, custom_id, refusal))
            self._index.finish(number, None)
            self._note(refusal)

    async def _write(self, answer: bytes, error: bytes) -> None:
        write = _Write(answer, error, asyncio.get_running_loop().create_future())
        self._writes.put_nowait(write)
        await write.done

    async def _keep_writing(self) -> None:
        """Whatever waits goes to the disk together: one sync for many lines."""
        while True:
            writes = [await self._writes.get()]
            while not self._writes.empty():
                writes.append(self._writes.get_nowait())
            answers, errors = b"".join(w.answer for w in writes), b"".join(w.error for w in writes)
            try:
                await asyncio.to_thread(self._journal.append, answers, errors)
            except OSError as error:
                for write in writes:
                    write.done.set_exception(error)
                return  # half a line may be there: nothing may come after it before a new run has cut it off
            for write in writes:
                write.done.set_result(None)


async def _all(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait for all tasks; the first one that fails ends the waiting."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in done:
        task.result()

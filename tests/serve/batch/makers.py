"""Input lines, runs of them against an engine that does not need a model, and what they wrote."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tailored.serve.batch.answers import Answer, Refusal
from tailored.serve.batch.index import Index
from tailored.serve.batch.journal import Journal, written_in
from tailored.serve.batch.lines import Chat, Line
from tailored.serve.batch.runner import Runner, Tally
from tailored.serve.batch.source import Source

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def chat(custom_id: str, text: str = "Hello", **body: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": text}]
    return {
        "custom_id": custom_id,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"messages": messages, **body},
    }


def edit(custom_id: str, user: str, reply: str, text: str) -> dict[str, Any]:
    url = f"/v1/users/{user}/replies/{reply}/edit"
    return {"custom_id": custom_id, "method": "POST", "url": url, "body": {"text": text}}


def write(path: Path, lines: Iterable[dict[str, Any] | str]) -> Path:
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return path


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Recorder:
    """An engine that answers a chat with its user, text and how many it has had of that user, and keeps the order."""

    def __init__(self, answer: Callable[[Line], Answer | Refusal | None] = lambda line: None) -> None:
        self.lines: list[Line] = []
        self.found: dict[str, Answer] = {}
        self.at_work: list[str] = []
        self.most_at_work = 0
        self._answer = answer
        self._seen: dict[str, int] = {}

    async def answer(self, line: Line, *, thread: str) -> Answer | Refusal:
        assert line.user_id not in self.at_work
        self.at_work.append(line.user_id)
        self.most_at_work = max(self.most_at_work, len(self.at_work))
        await asyncio.sleep(0.002 * (len(self.lines) % 3))
        self.at_work.remove(line.user_id)
        self.lines.append(line)
        return self._answer(line) or self._echo(line)

    async def find(self, line: Line, *, thread: str, since: datetime) -> Answer | None:
        return self.found.get(line.custom_id)

    async def learn(self) -> None:
        """There is nothing to learn."""

    def _echo(self, line: Line) -> Answer:
        count = self._seen[line.user_id] = self._seen.get(line.user_id, 0) + 1
        said = line.action.text if isinstance(line.action, Chat) else "done"
        body = {"id": f"r-{line.custom_id}", "object": "chat.completion", "text": f"{line.user_id} {count} {said}"}
        return Answer(body=body, record_id=f"r-{line.custom_id}")


def run(
    source: Path, target: Path, engine: Recorder, *, concurrency: int = 4, retry: bool = False, resumed: bool = False
) -> Tally:
    """What `tailored batch` does, with another engine and without waiting between tries."""
    with Source(source, default_user="me") as lines, closing(Index()) as index:
        lines.check(index, strict=False)
        journal = Journal.open(target, new_run="20260101T000000test", retry=retry)
        finished = False
        try:
            for written in written_in(target):
                index.mark(written.custom_id, written.number, written.record_id)
            index.begin(resumed=resumed or journal.resumed)
            runner = Runner(
                lines,
                index,
                journal,
                engine,
                since=BEGUN,
                concurrency=concurrency,
                tell=lambda answered: None,
                retries_s=(0.0,),
            )
            tally = asyncio.run(runner.run())
            finished = True
        finally:
            journal.close(finished=finished)
    return tally

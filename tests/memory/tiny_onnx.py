"""A real ONNX encoder of a few bytes: each token's hidden state is a row of a table.

Written as protobuf by hand (field numbers of onnx.proto), because the `onnx` package is no dependency.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "green", "blue", "nan"]
FLOAT, INT64 = 1, 7


def write_tokenizer(path: Path) -> Path:
    tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    # As the file of all-MiniLM-L6-v2 has it: settings that would be wrong to use.
    tokenizer.enable_truncation(3)
    tokenizer.enable_padding(length=64)
    tokenizer.save(str(path))
    return path


def write_model(path: Path, table: NDArray[np.float32]) -> Path:
    weights = b"".join(_number(1, size) for size in table.shape) + _number(2, FLOAT)
    weights += _bytes(8, b"table") + _bytes(9, table.astype("<f4").tobytes())
    gather = _bytes(1, b"table") + _bytes(1, b"input_ids") + _bytes(2, b"last_hidden_state") + _bytes(4, b"Gather")
    inputs = [_value(name, INT64, ["batch", "sequence"]) for name in ("input_ids", "attention_mask")]
    output = _value("last_hidden_state", FLOAT, ["batch", "sequence", "hidden"])
    graph = _bytes(1, gather) + _bytes(2, b"tiny") + _bytes(5, weights)
    graph += b"".join(_bytes(11, each) for each in inputs) + _bytes(12, output)
    path.write_bytes(_number(1, 8) + _bytes(8, _number(2, 17)) + _bytes(7, graph))
    return path


def _value(name: str, element: int, dimensions: list[str]) -> bytes:
    shape = b"".join(_bytes(1, _bytes(2, dimension.encode())) for dimension in dimensions)
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, _number(1, element) + _bytes(2, shape)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])

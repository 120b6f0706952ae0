from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from openai import OpenAI

from tailored.agent.settings import load_settings
from tailored.memory.embedders.base import Embedder, Vectors
from tailored.memory.embedders.compact import compact_form
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.embedders.onnx import OnnxEmbedder
from tailored.memory.embedders.openai_compatible import OpenAICompatibleEmbedder
from tailored.memory.embedders.sentence_transformers import SentenceTransformersEmbedder
from tailored.memory.errors import EmbeddingFailed

from .tiny_onnx import WORDS, write_model, write_tokenizer

MINILM = os.environ.get("TAILORED_TEST_MINILM", "")
"""A folder with all-MiniLM-L6-v2 as sentence-transformers keeps it, and `model.onnx` beside."""
HAS_BOTH = bool(MINILM) and find_spec("sentence_transformers") is not None

ODD_TEXTS = ["", " ", "\n", "\0", "\ud800", "🎉", "x" * 100_000, "red " * 50_000, "这是一个测试", "ß É naïve"]
HIDDEN = 4
TABLE = np.random.default_rng(0).standard_normal((len(WORDS), HIDDEN), dtype=np.float32)


def onnx(folder: Path, **options: Any) -> OnnxEmbedder:
    table = TABLE.copy()
    table[WORDS.index("nan")] = np.nan
    model = write_model(folder / "model.onnx", table)
    return OnnxEmbedder(model, write_tokenizer(folder / "tokenizer.json"), space="tiny", dimension=HIDDEN, **options)


def expected(*words: str) -> Vectors:
    mean = TABLE[[WORDS.index(word) for word in ("[CLS]", *words, "[SEP]")]].mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def served(handler: Callable[[list[str]], list[list[float]]], *, dimension: int = 3) -> OpenAICompatibleEmbedder:
    def respond(request: httpx2.Request) -> httpx2.Response:
        asked = json.loads(request.content)
        assert asked["encoding_format"] == "float"
        rows = [{"object": "embedding", "index": n, "embedding": v} for n, v in enumerate(handler(asked["input"]))]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        body = {"object": "list", "model": asked["model"], "data": rows[::-1], "usage": usage}
        return httpx2.Response(200, json=body)

    return OpenAICompatibleEmbedder(_client(respond), "some-model", dimension)


def _client(respond: Callable[[httpx2.Request], httpx2.Response], *, retries: int = 0) -> OpenAI:
    transport = httpx2.Client(transport=httpx2.MockTransport(respond))
    return OpenAI(api_key="secret-key", base_url="http://served/v1", http_client=transport, max_retries=retries)


def lengths(texts: list[str]) -> list[list[float]]:
    return [[float(len(text)), 1.0, 0.0] for text in texts]


EMBEDDERS: dict[str, Callable[[Path], Embedder]] = {
    "onnx": onnx,
    "hashing": lambda _: HashingEmbedder(32),
    "openai": lambda _: served(lengths),
}


@pytest.fixture(params=list(EMBEDDERS))
def embedder(request: pytest.FixtureRequest, tmp_path: Path) -> Embedder:
    return EMBEDDERS[request.param](tmp_path)


class TestEveryEmbedder:
    def test_unit_vectors_for_any_text(self, embedder: Embedder) -> None:
        vectors = embedder.embed(ODD_TEXTS)

        assert vectors.shape == (len(ODD_TEXTS), embedder.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)

    def test_no_texts_give_no_rows(self, embedder: Embedder) -> None:
        assert embedder.embed([]).shape == (0, embedder.dimension)

    def test_many_texts_give_what_each_gives_alone(self, embedder: Embedder) -> None:
        texts = [f"{'red ' * (n % 7)}green {'blue ' * (n % 3)}" for n in range(300)]

        together = embedder.embed(texts)

        alone = np.concatenate([embedder.embed([text]) for text in texts])
        assert np.allclose(together, alone, atol=1e-6)

    def test_threads_may_share_it(self, embedder: Embedder) -> None:
        texts = [f"{'red ' * n}blue" for n in range(40)]

        with ThreadPoolExecutor(8) as pool:
            rows = list(pool.map(lambda text: embedder.embed([text])[0], texts))

        assert np.allclose(np.stack(rows), embedder.embed(texts), atol=1e-6)

    def test_caller_may_change_what_he_got(self, embedder: Embedder) -> None:
        first = embedder.embed(["red"])

        first[:] = 0

        assert np.linalg.norm(embedder.embed(["red"])[0]) == pytest.approx(1)


class TestOnnx:
    def test_mean_of_token_vectors_without_padding(self, tmp_path: Path) -> None:
        vectors = onnx(tmp_path).embed(["red", "red green blue blue", ""])

        assert np.allclose(vectors, [expected("red"), expected("red", "green", "blue", "blue"), expected()], atol=1e-6)

    def test_cut_at_max_tokens_and_not_at_what_the_file_says(self, tmp_path: Path) -> None:
        vector = onnx(tmp_path, max_tokens=6).embed(["red green blue red green blue"])[0]

        assert np.allclose(vector, expected("red", "green", "blue", "red"), atol=1e-6)

    def test_nan_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(EmbeddingFailed, match="NaN"):
            onnx(tmp_path).embed(["red", "nan"])

    def test_missing_file_is_named_at_first_use(self, tmp_path: Path) -> None:
        embedder = OnnxEmbedder(tmp_path / "no.onnx", write_tokenizer(tmp_path / "tokenizer.json"))

        with pytest.raises(EmbeddingFailed, match=r"no\.onnx"):
            embedder.embed(["red"])

    def test_damaged_file_is_named(self, tmp_path: Path) -> None:
        embedder = onnx(tmp_path)
        (tmp_path / "model.onnx").write_bytes(b"damaged")

        with pytest.raises(EmbeddingFailed, match=r"model\.onnx"):
            embedder.embed(["red"])

    def test_model_of_another_dimension_is_refused(self, tmp_path: Path) -> None:
        onnx(tmp_path)
        embedder = OnnxEmbedder(tmp_path / "model.onnx", tmp_path / "tokenizer.json", dimension=HIDDEN + 1)

        with pytest.raises(EmbeddingFailed, match="shape"):
            embedder.embed(["red"])


class TestHashing:
    def test_same_in_another_process(self) -> None:
        code = "from tailored.memory.embedders.hashing import *; print(HashingEmbedder(8).embed(['Ünï red']).tolist())"

        printed = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, cwd=Path(__file__).resolve().parents[2]
        )

        assert json.loads(printed.stdout) == HashingEmbedder(8).embed(["Ünï red"]).tolist()

    def test_like_words_are_nearer_than_others(self) -> None:
        query, same_stem, typo, other = HashingEmbedder().embed(
            ["I love vegan pizzas", "vegan pizza is loved", "vegan piza", "the stock market fell"]
        )

        assert query @ same_stem > query @ typo > query @ other

    def test_space_names_the_dimension(self) -> None:
        assert HashingEmbedder(8).space != HashingEmbedder(16).space

    def test_dimension_below_one_is_refused(self) -> None:
        with pytest.raises(ValueError, match="dimension is 0"):
            HashingEmbedder(0)


class TestOpenAICompatible:
    def test_rows_are_put_in_order_and_made_unit(self) -> None:
        vectors = served(lengths).embed(["abc", "abcd"])

        assert np.allclose(vectors, [[3 / 10**0.5, 1 / 10**0.5, 0], [4 / 17**0.5, 1 / 17**0.5, 0]])

    def test_batches_of_128(self) -> None:
        sizes: list[int] = []

        def answer(texts: list[str]) -> list[list[float]]:
            sizes.append(len(texts))
            return lengths(texts)

        served(answer).embed(["x"] * 300)

        assert sizes == [128, 128, 44]

    def test_long_texts_are_cut_and_empty_ones_are_not_sent(self) -> None:
        sent: list[str] = []

        def answer(texts: list[str]) -> list[list[float]]:
            sent.extend(texts)
            return lengths(texts)

        served(answer).embed(["", "x" * 9_000])

        assert [len(text) for text in sent] == [1, 8_000]

    @pytest.mark.parametrize(
        "answer",
        [
            lambda texts: [[1.0, 0.0]] * len(texts),
            lambda texts: [[1.0, 0.0, 0.0]] * (len(texts) - 1),
            lambda texts: [],
            lambda texts: [[0.0, 0.0, 0.0]] * len(texts),
            lambda texts: [[None, 0.0, 0.0]] * len(texts),
        ],
        ids=["dimension", "too few", "none", "zero", "null"],
    )
    def test_unusable_answer_is_refused(self, answer: Callable[[list[str]], Any]) -> None:
        with pytest.raises(EmbeddingFailed, match="some-model"):
            served(answer).embed(["one", "two"])

    def test_failing_server_is_named_without_text_or_key(self) -> None:
        client = _client(lambda _: httpx2.Response(401, json={"error": {"message": "bad key secret-key for: my text"}}))

        with pytest.raises(EmbeddingFailed, match="HTTP 401") as caught:
            OpenAICompatibleEmbedder(client, "some-model", 3).embed(["my text"])

        assert "secret-key" not in str(caught.value)
        assert "my text" not in str(caught.value)

    def test_answer_that_is_no_embedding_is_refused(self) -> None:
        client = _client(lambda _: httpx2.Response(200, text="<html>hello</html>"))

        with pytest.raises(EmbeddingFailed, match="some-model"):
            OpenAICompatibleEmbedder(client, "some-model", 3).embed(["my text"])


class TestSentenceTransformers:
    @pytest.mark.skipif(find_spec("sentence_transformers") is not None, reason="sentence-transformers is installed")
    def test_missing_library_names_the_extra(self) -> None:
        with pytest.raises(EmbeddingFailed, match=r"tailored\[sentence-transformers\]"):
            SentenceTransformersEmbedder("all-MiniLM-L6-v2").embed(["red"])

    @pytest.mark.skipif(
        not HAS_BOTH, reason="needs sentence-transformers and TAILORED_TEST_MINILM, a folder of weights"
    )
    def test_agrees_with_onnx_on_varied_texts(self) -> None:
        texts = [
            "I'm vegan and allergic to nuts.",
            "• Faster start\n• Fewer bugs",
            "Größe, café, naïve — déjà vu",
            "Could you please write the release note for version 2.1?",
            "def f(x):\n    return x + 1",
            "The quick brown fox jumps over the lazy dog. " * 60,
        ]
        ours = OnnxEmbedder(Path(MINILM) / "model.onnx", Path(MINILM) / "tokenizer.json").embed(texts)

        reference = SentenceTransformersEmbedder(MINILM).embed(texts)

        cosines = (ours * reference).sum(axis=1)
        # The bounds are for weights of 8 bits; with those of 32 all are 1.0000.
        assert cosines.mean() >= 0.999
        assert cosines.min() >= 0.998


class TestCompactForm:
    def test_another_model_is_run_as_it_is(self, tmp_path: Path) -> None:
        assert compact_form(write_model(tmp_path / "model.onnx", TABLE)) is None

    @pytest.mark.model
    def test_gives_the_vectors_of_the_file(self) -> None:
        folder = load_settings().weights_dir / "all-minilm-l6-v2"
        if not (folder / "model.onnx").is_file():
            pytest.skip(f"no weights in {folder}: run `tailored models pull all-minilm-l6-v2`")
        assert compact_form(folder / "model.onnx") is not None
        texts = ["I'm vegan.", "• Faster start\n• Fewer bugs", "What came of the garden? " * 60]
        embedder = OnnxEmbedder(folder / "model.onnx", folder / "tokenizer.json")

        ours = np.concatenate([embedder.embed([text]) for text in texts])

        assert ((ours * _as_in_the_file(folder, texts)).sum(axis=1) >= 0.999).all()

    @pytest.mark.model
    def test_a_file_that_vanished_is_told_at_the_first_long_text(self, tmp_path: Path) -> None:
        folder = load_settings().weights_dir / "all-minilm-l6-v2"
        if not (folder / "model.onnx").is_file():
            pytest.skip(f"no weights in {folder}: run `tailored models pull all-minilm-l6-v2`")
        model = tmp_path / "model.onnx"
        model.write_bytes((folder / "model.onnx").read_bytes())
        embedder = OnnxEmbedder(model, folder / "tokenizer.json")
        embedder.embed(["short"])
        model.unlink()

        with pytest.raises(EmbeddingFailed, match=r"model\.onnx"):
            embedder.embed(["a long text " * 50])
        assert embedder.embed(["another short one"]).shape == (1, 384)


def _as_in_the_file(folder: Path, texts: list[str]) -> Vectors:
    """Vectors by the operators that the file is made of."""
    import onnxruntime
    from tokenizers import Tokenizer

    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(max_length=256)
    tokenizer.no_padding()
    rows = []
    for text in texts:
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = session.run(None, feed)[0][0].mean(axis=0)
        rows.append(mean / np.linalg.norm(mean))
    return np.array(rows)

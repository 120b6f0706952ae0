"""Bring your own embedder: an object with `space`, `dimension` and `embed`. This one counts pairs of letters.

python examples/own_embedder.py
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tailored import Assistant
from tailored.memory import Vectors


class LetterPairs:
    """Unit vectors of how often two letters follow each other."""

    space = "letter-pairs"  # vectors of two spaces are never compared
    dimension = 27 * 27

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), self.dimension), 1e-6, np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            codes = [ord(letter) - 96 if "a" <= letter <= "z" else 0 for letter in text.lower()]
            np.add.at(vector, [27 * one + two for one, two in pairwise(codes)], 1.0)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


with Assistant.open("./letters", embedder=LetterPairs()) as assistant:
    ada = assistant.user("ada")
    assistant.record_turn("ada", "My sister Carla plays the cello", "How nice!")
    assistant.record_turn("ada", "I parked the car on level three", "Noted.")
    print(ada.search("Where is my car parked?", limit=1)[0].text)

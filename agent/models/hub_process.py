"""Download one file of the hub; started by `fetch_from_hub`, run as a file: REPO FILENAME REVISION FOLDER.

Exit status 0: the file lies in FOLDER; 3: the hub cannot be reached; 4: it has no such file. Imports nothing of this
project.
"""

from __future__ import annotations

import sys

ANSWER_WITHIN_S = 3.0


def main(repo: str, filename: str, revision: str, folder: str) -> int:
    from huggingface_hub import get_session, hf_hub_download, hf_hub_url

    url = hf_hub_url(repo, filename, revision=revision)
    try:
        answer = get_session().head(url, timeout=ANSWER_WITHIN_S, follow_redirects=False)
    except Exception:  # hf_hub_download would go on trying for half a minute (measured: 23 s)
        return 3
    if answer.status_code >= 400:
        return 4
    hf_hub_download(repo, filename, revision=revision, local_dir=folder, token=False, etag_timeout=ANSWER_WITHIN_S)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Which release a process is of, read without starting git."""

from pathlib import Path

import pytest

from core.release import read_release

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_a_file_says_it(tmp_path: Path) -> None:
    (tmp_path / "RELEASE").write_text("2026.12\n")
    assert read_release(tmp_path) == "2026.12"


def test_a_checkout_of_a_branch_a_packed_one_and_of_a_commit(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "refs" / "heads" / "main").write_text(f"{COMMIT}\n")
    assert read_release(tmp_path) == COMMIT[:12]
    (git / "refs" / "heads" / "main").unlink()
    (git / "packed-refs").write_text(
        f"# pack-refs with: peeled\n{'f' * 40} refs/heads/maintenance\n{COMMIT} refs/heads/main\n"
    )
    assert read_release(tmp_path) == COMMIT[:12]
    (git / "HEAD").write_text(f"{COMMIT}\n")
    assert read_release(tmp_path) == COMMIT[:12]


def test_a_worktree(tmp_path: Path) -> None:
    own = tmp_path / "main" / ".git" / "worktrees" / "two"
    own.mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/two\n")
    (own / "commondir").write_text("../..\n")
    (tmp_path / "main" / ".git" / "refs" / "heads").mkdir(parents=True)
    (tmp_path / "main" / ".git" / "refs" / "heads" / "two").write_text(COMMIT)
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / ".git").write_text(f"gitdir: {own}\n")
    assert read_release(tmp_path / "two") == COMMIT[:12]


@pytest.mark.parametrize("head", [None, "ref: refs/heads/none\n"])
def test_what_is_no_checkout_is_unknown(tmp_path: Path, head: str | None) -> None:
    if head:
        (tmp_path / ".git").mkdir()
        (tmp_path / ".git" / "HEAD").write_text(head)
    assert read_release(tmp_path) == "unknown"

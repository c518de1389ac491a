"""Rankings ↔ files in TREC's format: query-id, Q0, document-id, rank, score, name of the run."""

from __future__ import annotations

from pathlib import Path

from policy_qa.errors import BadInputError
from policy_qa.evaluation.measures import Run

_COLUMNS = 6


def write_run(path: Path, run: Run, name: str) -> None:
    """Writes a ranking.

    Args:
        path: File to write.
        run: Rankings, best first. Ids must hold no white space.
        name: Name of the system, in the last column.

    Raises:
        BadInputError: An id holds white space, or the file cannot be written.
    """
    lines = []
    for query_id, hits in run.items():
        for rank, (document_id, score) in enumerate(hits, 1):
            for identifier in (query_id, document_id):
                if len(identifier.split()) != 1:
                    raise BadInputError(f"The id {identifier!r} cannot stand in a TREC run: white space.")
            lines.append(f"{query_id} Q0 {document_id} {rank} {score:.6f} {name}\n")
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"{path} cannot be written ({error.strerror or error}).") from error


def read_run(path: Path) -> dict[str, list[tuple[str, float]]]:
    """Reads a ranking; the score decides the order, and the rank among equal scores.

    Raises:
        BadInputError: The file cannot be read, or a line has not six columns.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path} cannot be read as UTF-8 text ({error}).") from error
    found: dict[str, list[tuple[float, int, str]]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            query_id, _, document_id, rank, score, _ = line.split()
            found.setdefault(query_id, []).append((-float(score), int(rank), document_id))
        except ValueError as error:
            raise BadInputError(
                f"{path}:{number} does not hold the {_COLUMNS} columns of a TREC run."
            ) from error
    return {
        query_id: [(document_id, -minus) for minus, _, document_id in sorted(hits)]
        for query_id, hits in found.items()
    }

"""Every error policy_qa raises on purpose.

    PolicyQAError                      exit code
    ├── UsageError                     2   a question, option or filter that cannot be used
    │   └── SettingsError              2   a setting that is unknown or out of range
    ├── BadInputError                  3   a file or line that cannot be read
    │   ├── NotAnArticleError          3   readable, but no article (empty, error page, login page)
    │   ├── ArticleNotFoundError       3   no article has that id
    │   └── ArticleExistsError         3   another file has that name
    ├── IndexUnusableError             4   index missing, locked, damaged or made with other settings
    │   ├── IndexMissingError          4
    │   ├── IndexLockedError           4
    │   └── IndexMismatchError         4
    ├── ModelUnavailableError          4   the embedding model cannot be loaded on this machine
    ├── ServiceError                   5   a configured outside service failed
    └── OverloadedError                5   more questions at once than this process takes

Each message says what was wrong, where, and what to do. The command line shows the
message without a traceback and ends with the exit code of the class.
"""

from __future__ import annotations

from typing import ClassVar


class PolicyQAError(Exception):
    """Base of all errors raised on purpose."""

    exit_code: ClassVar[int] = 1


class UsageError(PolicyQAError):
    """The caller asked for something that cannot be done as asked."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown or out of range."""


class BadInputError(PolicyQAError):
    """A file or line cannot be read as what it should be."""

    exit_code = 3


class NotAnArticleError(BadInputError):
    """A readable file that holds no article."""


class ArticleNotFoundError(BadInputError):
    """No article of the index has the given id."""


class ArticleExistsError(BadInputError):
    """Another file of the corpus has that name."""


class IndexUnusableError(PolicyQAError):
    """The index cannot be used as it stands."""

    exit_code = 4


class IndexMissingError(IndexUnusableError):
    """There is no index yet."""


class IndexLockedError(IndexUnusableError):
    """Another process is writing the index."""


class IndexMismatchError(IndexUnusableError):
    """The index was made with another model, chunking or schema."""


class ModelUnavailableError(PolicyQAError):
    """The embedding model cannot be loaded on this machine."""

    exit_code = 4


class ServiceError(PolicyQAError):
    """A configured outside service failed or timed out."""

    exit_code = 5


class OverloadedError(PolicyQAError):
    """More questions arrived at once than may wait for an answer."""

    exit_code = 5

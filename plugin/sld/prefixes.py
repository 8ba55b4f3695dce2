"""Prefixes that a document uses without declaring them: declared, so that its elements can be read by their names."""

from __future__ import annotations

import re

MOST = 32
_NAME = r"[^\W\d][\w.\-]{0,59}"
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rf"<{_NAME}(?::{_NAME})?")
_TAG_REST = re.compile(r"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+""")
_USED = re.compile(rf"</?({_NAME}):|\s({_NAME}):{_NAME}\s*=")
_DECLARED = re.compile(rf"\bxmlns:({_NAME})\s*=")
_RESERVED = {"xml", "xmlns"}


def declare_prefixes(text: str) -> tuple[str, list[str]]:
    """Return a document whose root declares every prefix that is used, and the prefixes that nothing declared.

    The document comes back as it was, and no prefix, where it has no root to begin with or more than ``MOST``.
    """
    start = 0
    while (passed := _PROLOG.match(text, start)) is not None:
        start = passed.end()
    root = _ROOT.match(text, start)
    used = {found[1] or found[2] for found in _USED.finditer(text)}
    if root is None or len(used) > MOST:
        return text, []
    rest = _TAG_REST.match(text, root.end())
    missing = used - _RESERVED - set(_DECLARED.findall(rest[0] if rest else ""))
    named = missing - set(_DECLARED.findall(text)) or missing
    added = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in sorted(missing))
    return text[: root.end()] + added + text[root.end() :], sorted(named)

"""The class's signature: a stored verdict without it was not written by grading, and is not believed.

The key lies beside the seed, readable by the instructor alone. Signed is what was said *and of whom*: a record copied
to another student or topic does not hold there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

Place = tuple[str, str]
"""Topic and student."""


class Seal:
    """The signer of what is stored, and its check: HMAC-SHA256 over the canonical JSON."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, kind: str, place: Place, content: Any) -> str:
        """Return the signature.

        Args:
            kind: what is signed; a signed history is no signed record.
            place: whose it is, and of which topic.
            content: anything that JSON can hold.

        Returns:
            The signature, in hexadecimal digits.

        """
        whole = json.dumps([kind, *place, content], sort_keys=True, separators=(",", ":"))
        return hmac.new(self._key, whole.encode("ascii"), hashlib.sha256).hexdigest()

    def holds(self, kind: str, place: Place, content: Any, signature: object) -> bool:
        """Return True if the signature is that of this content, in this place.

        Args:
            kind: what is signed.
            place: whose it is, and of which topic.
            content: anything that JSON can hold.
            signature: what is said to be the signature; it may be anything.

        Returns:
            True if it is the signature that `sign` returns.

        """
        if not isinstance(signature, str) or not signature.isascii():
            return False
        return hmac.compare_digest(self.sign(kind, place, content), signature)

"""What a bounce means: an address that is gone, an e-mail that was not wanted, or a delay."""

import re
from enum import StrEnum

_CODE = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")


class Returned(StrEnum):
    """`hard`: nothing may be sent there any more; `rejected`: this one did not arrive; `soft`: it may still arrive."""

    hard = "hard"
    rejected = "rejected"
    soft = "soft"


def returned(action: str, status: str) -> Returned:
    """The meaning of a status code (RFC 3463) with its action.

    Of the permanent ones (5.x.x) only those about the address itself close it: 5.1.x but not the sender's own faults
    (.7, .8), a disabled mailbox (5.2.1), a domain that takes no mail (5.4.4, 5.1.10), and 5.0.0. A full mailbox, a
    size, a content or a policy is no fault of the address.
    """
    found = _CODE.fullmatch(status)
    if action == "delayed" or found is None or found.group(1) != "5":
        return Returned.rejected if action == "failed" else Returned.soft
    subject, detail = int(found.group(2)), int(found.group(3))
    gone = (subject == 1 and detail not in (7, 8)) or (subject, detail) in {(0, 0), (2, 1), (4, 4)}
    return Returned.hard if gone else Returned.rejected

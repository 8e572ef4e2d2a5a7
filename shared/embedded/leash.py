"""Becomes another program that dies with its parent: `leash.py SIGNAL PARENT USER GROUP PROGRAM ARGUMENTS…`.

Runs as a script, with the standard library alone: it drops the user first, because the kernel forgets the death signal
when the user changes.
"""

import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    signal, parent, user, group = (int(word) for word in sys.argv[1:5])
    program = sys.argv[5:]
    if user >= 0:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit("the parent died before its child began")
    os.execv(program[0], program)


if __name__ == "__main__":
    main()

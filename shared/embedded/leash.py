"""Becomes another program that dies with its parent: `leash.py SIGNAL PARENT USER GROUP PROGRAM ARGUMENTS…`.

Runs as a script, with the standard library alone: it drops the user first, because the kernel forgets the death signal
when the user changes.
"""

import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def load_prctl():
    if sys.platform != "linux":
        return None
    import ctypes

    return ctypes.CDLL(None).prctl


def main() -> None:
    death, parent, user, group = (int(word) for word in sys.argv[1:5])
    program = sys.argv[5:]
    prctl = load_prctl()  # before the user is dropped, who may not be able to read Python's own folder
    if user >= 0:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
    if prctl:
        prctl(PR_SET_PDEATHSIG, death, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit("the parent died before its child began")
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background job ignores it, and so would its children
    os.execv(program[0], program)


if __name__ == "__main__":
    main()

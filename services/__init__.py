"""The rooms. None of them knows another; they meet in `shared.contracts` alone.

A folder `services` elsewhere on the path joins in: that is how the drills bring a room of their own.
"""

import pkgutil

__path__ = pkgutil.extend_path(__path__, __name__)

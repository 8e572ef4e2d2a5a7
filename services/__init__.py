"""The rooms. None of them knows another; they meet in `shared.contracts` alone."""

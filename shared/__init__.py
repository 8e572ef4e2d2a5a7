"""The kernel: what every room stands on. It knows no room."""

"""What every room's database holds besides its own rows, and the one place that commits."""

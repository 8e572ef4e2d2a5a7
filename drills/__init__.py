"""The kernel under fire: drills that break what can break and count what was lost, doubled or disordered."""

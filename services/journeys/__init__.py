"""The journeys room: one conversation per person, the funnel, and the web console."""

"""How facts travel: the bus port and its two buses, the relay that says them, the consumer that hears them."""

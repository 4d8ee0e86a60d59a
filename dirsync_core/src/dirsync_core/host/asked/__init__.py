"""Sources that are asked: sessions that pull, what they take over, and when the next one is."""

"""Many returns of one season: who sends, what came, what they add up to, what changed."""

"""Many returns: who is to send one, who sent what."""

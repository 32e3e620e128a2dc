"""Answers over the network, the same as those of the commands; nothing is kept."""

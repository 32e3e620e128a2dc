"""One HTML file that checks returns in a browser: how it is built, and its side in Python."""

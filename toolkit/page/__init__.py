"""gouji.html, one file that checks returns in a browser: its build, and its side in Python."""

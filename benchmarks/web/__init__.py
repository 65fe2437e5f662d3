"""Load on the web application, as people make it."""

"""The set-up: make, the lock files, what pip cannot give, and the documents."""

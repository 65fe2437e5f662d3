"""Running the program: the server, backups, restoring, and the doctor."""

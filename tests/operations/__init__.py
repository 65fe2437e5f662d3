"""Running the program: the server, backups, the doctor."""

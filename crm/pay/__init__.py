"""What a person is paid in a month, line by line, with what the law allows beside it."""

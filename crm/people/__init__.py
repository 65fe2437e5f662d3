"""Staff, accounts, sign-in, roles, rosters and calendars."""

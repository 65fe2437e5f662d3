"""The duties as a pure function: tables, parameters and an as-of in; entries and what is due out.

Nothing here knows Flask, a database, a file or the clock.
"""

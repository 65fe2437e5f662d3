"""From the first deposit to the title deed."""

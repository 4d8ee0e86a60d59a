"""Rules: from settings to what is applied; planned, tried out, drafted on a page, gone back to."""

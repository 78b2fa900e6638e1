"""What authors use: the search for edits that make the path of wrong files."""

"""What can be found out about a wrong file beyond the catalogue: `search.py` asks each module beside it in turn."""

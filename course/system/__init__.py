"""What the operating system does and refuses: whole files or none, streams that lead nowhere, its errors in words."""

"""The command line, `course …`. It knows every other room, and no room knows it."""


def main() -> int:
    """Run the command line."""
    return 0

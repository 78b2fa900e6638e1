"""The wall: what holds, that each piece of it holds something, and that it stands in odd places."""

"""Submissions that must not get through, by the verdict that they should come to, and what tries them."""

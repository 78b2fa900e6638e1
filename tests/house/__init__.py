"""The house itself: installing it, opening it, its Binder, what its first pages say."""

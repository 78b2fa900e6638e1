"""Each form is held against the platform's own rules, written down here from its documentation."""

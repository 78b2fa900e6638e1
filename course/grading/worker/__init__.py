"""What runs behind the wall: loads a learner's file, runs it on each case, answers arrays. It decides nothing.

It imports the standard library, numpy, the rule contract and what puts up the wall (`confine`); it has no reference
outputs and no torch in sight. `__main__` is the process, `engine` the loop over steps, `errors` what exceptions tell.
"""

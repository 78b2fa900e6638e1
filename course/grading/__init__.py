"""The grader: case → worker (untrusted process) → judge (trusted) → verdict, held against torch.optim."""

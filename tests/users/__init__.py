"""What the course's documents tell people to type, typed in an environment made for those people and no one else."""

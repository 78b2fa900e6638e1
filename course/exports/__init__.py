"""One verdict, many exits: what the judge says, in the forms that other systems read.

- `graded` judges one submission for a platform, with everything that a mark needs: hidden cases, a full wall.
- `gradescope`, `prairielearn`, `classroom50`, `github` and `junit` each write one form; `formats` is the list of them,
  and the command that writes one. `words` keeps what others wrote from meaning anything there.
- `spreadsheets` writes the tables that Canvas and Moodle take in, from marks that are handed to it; `roster` fills them
  into a gradebook that Canvas has exported.
- `kits` packs what an instructor uploads to a platform; `wheel` packs the course itself.

This room knows the judge and nothing of a class: who is in it, what its gradebook holds, is `course.classroom`'s.
"""

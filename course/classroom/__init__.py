"""The instructor's room: a class of students, kept by nbgrader, marked by the judge.

- `making` and `commands` are what `course class new | release | grade | watch | feedback | report | alike` call.
- `marks` reads what the gradebook holds, and `exporting` hands it to `course.exports` for other systems.
- `worksheet` builds the notebook that students get; `scan` refuses a release that tells too much.
- `intake` copies what was handed in to where it is graded: `entries` looks at files without trust, `names` reads what
  they are called, `candidates` chooses, `copies` writes. `guard` makes nbgrader read the copy, `lock` lets one writer
  in at a time.
- `graded` grades a class: `pool` hands files to any executor (`judges` are the one on this machine, whom `answering`
  tells torch's answers), `judging` is its unit of work, `verdicts` asks whether a stored verdict is still valid.
- `cluster` is an executor on other machines: `scheduler` connects, `helpers` asks the workers what they have, `errand`
  is what is sent to them.
- `store` keeps what the judge said, in one SQLite file (`database`), as rows that are signed (`signed`, `seal`): a
  `record` and its `history`. `upkeep` sets aside what is damaged and lets `older` take over what came before.
- `survey` counts the histories for the instructor, `survey_text` and `survey_page` show it. `obstacles` chooses what
  the next lecture is for and `slides` makes its slides, `clusters` groups what no known mistake explains, `groups`
  compares the groups that the instructor names.
- `watching` grades what arrives, as `arrivals` sees it in `submitted/` and `exchange` collects it from nbgrader's, and
  `live` shows it.
- `alike` lists files that are equal up to names and layout; `forms` reduces them, in a process of its own.
- `at_release`, `at_intake`, `at_grading` and `at_feedback` are our steps inside nbgrader's own three commands; `step`
  is what they share. A class's `nbgrader_config.py` names them, so plain `nbgrader` and formgrader do as ours do.
- `backups` puts a class into one file and `restoring` makes a class of it again; `archive` is what that file is, and
  `gradebook_rows` copies a gradebook that is on a server.
- `nbgrader_steps` runs nbgrader's commands in this process; `trouble` makes a sentence of what goes wrong.

The score never comes from a student's kernel: none is started. See `at_grading`.
"""

from course.classroom.backups import backup
from course.classroom.commands import class_alike, class_report, feedback, grade, release, watch
from course.classroom.making import new
from course.classroom.restoring import restore

__all__ = ["backup", "class_alike", "class_report", "feedback", "grade", "new", "release", "restore", "watch"]

"""Whether a class's settings are those that the course made: what is written a batch at a time relies on them.

An instructor may have nbgrader do more, or something else. Then each submission goes through nbgrader's own steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ANY = object()
"""In the place of a value: whatever it is, it is taken into account."""
_ELSEWHERE = dict.fromkeys(
    (
        *("NbGrader", "NbGraderAPI", "Exchange", "ExchangeCollect", "ExchangeRelease", "ExchangeReleaseAssignment"),
        *("ExchangeReleaseFeedback", "ZipCollectApp", "ExportApp", "ExportPlugin", "CsvExportPlugin", "FormgradeApp"),
        *("LockCells", "ClearHiddenTests", "ClearMarkScheme", "GenerateAssignment", "ServerApp", "NotebookApp"),
    )
)
"""Settings of other commands, and of steps that belong to a release; None stands for any."""
_CLASS = {"CourseDirectory": {"root": ANY, "course_id": ANY, "db_url": ANY}}

GRADING: Mapping[str, Mapping[str, Any] | None] = {
    **_ELSEWHERE,
    **_CLASS,
    "Autograde": {
        "exporter_class": "course.classroom.at_intake.Submission",
        "sanitize_preprocessors": [
            "course.classroom.at_intake.RestoreWorksheet",
            "nbgrader.preprocessors.OverwriteKernelspec",
            "nbgrader.preprocessors.OverwriteCells",
            "nbgrader.preprocessors.CheckCellMetadata",
        ],
        "autograde_preprocessors": [
            "course.classroom.at_grading.PutVerdict",
            "nbgrader.preprocessors.SaveAutoGrades",
            "course.classroom.at_grading.RecordVerdict",
            "nbgrader.preprocessors.AssignLatePenalties",
            "nbgrader.preprocessors.CheckCellMetadata",
        ],
        "exclude_overwriting": ANY,
    },
    "ClearSolutions": None,
    "LateSubmissionPlugin": {"penalty_method": ANY},
    "GenerateFeedback": None,
}
RETURNING: Mapping[str, Mapping[str, Any] | None] = {
    **_ELSEWHERE,
    **_CLASS,
    "GenerateFeedback": {
        "exporter_class": "course.classroom.at_feedback.FeedbackPage",
        "preprocessors": ["nbgrader.preprocessors.GetGrades", "course.classroom.at_feedback.PrepareFeedback"],
    },
    "ClearSolutions": None,
    "LateSubmissionPlugin": None,
    "Autograde": None,
}


def ours(config: Mapping[str, Any], known: Mapping[str, Mapping[str, Any] | None]) -> bool:
    """Return True if nothing is set that would change what a step does.

    Args:
        config: the class's settings, as traitlets loads them.
        known: what the step takes into account, `GRADING` or `RETURNING`.

    Returns:
        False, too, if something is set that nobody here has heard of.

    """
    for section, values in config.items():
        wanted = known.get(section, {})
        if wanted is not None and any(not _same(wanted.get(name), value) for name, value in values.items()):
            return False
    needed = {
        (section, name)
        for section, wanted in known.items()
        for name, value in (wanted or {}).items()
        if value is not ANY
    }
    return all(name in config.get(section, {}) for section, name in needed)


def _same(wanted: Any, value: Any) -> bool:
    return wanted is ANY or (wanted is not None and type(value) is type(wanted) and value == wanted)

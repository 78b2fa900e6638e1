"""The catalogue: for every topic, the wrong turns that students take, each an edit of the solution."""

from __future__ import annotations

from course.grading.mistakes.catalogue import PATH_RIGHT, Catalogue, Explanation, catalogue, title_of
from course.grading.mistakes.mistake import SECTIONS, Mistake, Section

__all__ = ["PATH_RIGHT", "SECTIONS", "Catalogue", "Explanation", "Mistake", "Section", "catalogue", "title_of"]

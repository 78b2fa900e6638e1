"""Tests of the lessons: how they are built, that both languages agree, and that they run."""

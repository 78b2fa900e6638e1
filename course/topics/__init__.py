"""One folder a topic, with everything that people write about it; `syllabus.toml` has the order."""

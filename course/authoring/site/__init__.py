"""The course as a static site: every lesson in both languages, from the sources that the notebooks are made of."""

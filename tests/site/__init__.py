"""The course as a site: what the builder makes, and how it behaves in a browser."""

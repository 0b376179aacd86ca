"""Reports for people who decide: figures of a week, frozen with a version, as a page, a PDF or JSON."""

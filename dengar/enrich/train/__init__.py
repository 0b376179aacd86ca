"""Training of the enrichment's heads: `python -m dengar.enrich.train` (needs the public data; the artefacts do not)."""

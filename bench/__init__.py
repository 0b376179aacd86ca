"""Benchmarks. `python -m bench` runs all of them on an embedded stack of its own and rewrites bench/RESULTS.md."""

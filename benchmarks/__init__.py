"""Salestrack measured; ``python -m benchmarks --help`` lists what there is."""

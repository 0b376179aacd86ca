"""Exercises: the crisis protocol rehearsed on a sandbox scenario, in indices of its own, without a message to anybody outside."""

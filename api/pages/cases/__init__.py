"""The notices of a case, as sheets of paper."""

"""Measures the integration beside what people would use instead: `scripts/bench`.

A server in a process of its own answers all of them. They take turns in random order, so
that what else the machine does meets all alike. What is compared is CPU time.
"""

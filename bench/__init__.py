"""Measures the integration beside what people would use instead: `scripts/bench`.

A server of its own process answers all of them, in random order within one run, so that
what else the machine does meets all alike. What is compared is CPU time.
"""

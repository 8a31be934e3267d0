"""Every operation against every fault.

`table.py` lists the faults. Each has a class, an error of the client, and design and
texts follow from the class: what a person reads, which state the config entry and the
entities have, and how often something is logged. The tests are one per operation, and
say what holds for all faults; `Fault.answers_post` and `Fault.on` are the exceptions.
"""

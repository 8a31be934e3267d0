# Home Assistant 2026.10 answers `import voluptuous` with its own probatio, so these are the types.
from probatio import *

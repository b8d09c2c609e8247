"""Frames made to break what reads them: ``make fuzz``, and a few thousand of them in ``make test``."""

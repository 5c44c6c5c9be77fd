"""Ladders of small models that anyone can train; needs the extra `train`."""

__all__: list[str] = []

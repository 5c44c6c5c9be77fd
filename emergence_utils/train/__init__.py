"""Ladders of small models that anyone can train; needs the extra `train`."""

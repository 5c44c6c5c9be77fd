"""The checks of each chapter's exercises, one file a chapter."""

__all__: list[str] = []

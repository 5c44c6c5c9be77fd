"""Measures: settings in a frozen dataclass, called with a ladder, giving a result that carries its doubt."""

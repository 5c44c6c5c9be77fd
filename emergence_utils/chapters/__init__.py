"""What one chapter alone needs, under the chapter's name; whatever a second one needs lives outside."""

__all__ = ["axis", "chains", "cot", "definition", "density", "metric", "open_claims", "ushape"]

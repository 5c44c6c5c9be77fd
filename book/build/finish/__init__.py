"""The last step of the build: from what Sphinx wrote to a site that is light and quick.

Sphinx writes into a folder of its own, which stays as it is; the finished site is made from the whole of it,
so that a second run gives the same files whatever Sphinx wrote anew. Only files whose content differs are
written.
"""

from .finish import Finished, finish

__all__ = ["Finished", "finish"]

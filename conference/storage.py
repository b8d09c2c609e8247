"""Collected static files: hashed names, compressed."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

from conference.bundles import FOLDER


class Storage(CompressedManifestStaticFilesStorage):
    """Does not rename bundles: their names are hashed already, and they import one another by these names."""

    def hashed_name(self, name: str, *args: Any, **kwargs: Any) -> str:
        return name if name.startswith(f"{FOLDER}/") else super().hashed_name(name, *args, **kwargs)
